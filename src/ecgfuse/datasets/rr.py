"""The RR features of the beats of one split."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.datasets.arrays import load_array


@dataclass(frozen=True)
class RRSet:
    """RR features, row by row beside a BeatSet. Arrays that a fusion does not use are empty."""

    ratios: np.ndarray
    """(n_beats, 2) float32: pre/overall and pre/local, the input rows of early and hybrid
    fusion."""
    features: np.ndarray
    """(n_beats, 7) float32: input of the fusion block in late and hybrid fusion."""


def fusion_features(rr: RRSet, *, morphology: np.ndarray) -> np.ndarray:
    """Concatenate the inputs of the fusion block, (n_beats, n_features).

    A fusion without RR features gets no morphology features (n_beats, n_morphology) either.
    """
    return np.concatenate([rr.features, morphology], axis=1) if len(rr.features) else rr.features


def save_rr(rr: RRSet, folder: Path) -> None:
    """Write ratios.npy and features.npy; creates the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "ratios.npy", rr.ratios)
    np.save(folder / "features.npy", rr.features)


def load_rr(folder: Path, *, ratios: bool, features: bool) -> RRSet:
    """Read one or both of the files written by `save_rr`.

    Raises:
        ValueError: a file does not exist.
    """
    return RRSet(
        ratios=_load(folder / "ratios.npy", wanted=ratios),
        features=_load(folder / "features.npy", wanted=features),
    )


def _load(path: Path, *, wanted: bool) -> np.ndarray:
    return load_array(path) if wanted else np.empty((0, 0), np.float32)
