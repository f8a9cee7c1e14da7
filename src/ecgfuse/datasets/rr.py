"""The RR features of the beats of one split."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.datasets.arrays import load_array


@dataclass(frozen=True)
class RRSet:
    """RR features, row by row beside a BeatSet; a fusion loads what it uses, the rest is empty."""

    ratios: np.ndarray
    """(n_beats, 2) float32: pre/overall and pre/local, the rows of early and hybrid fusion."""
    features: np.ndarray
    """(n_beats, 7) float32: the query of late and hybrid fusion."""


def fusion_features(rr: RRSet, *, comparison: np.ndarray) -> np.ndarray:
    """What joins the waveform in the fusion block, (n_beats, n_features).

    Comparisons with the median beat, (n_beats, n_comparisons), go where the RR features go, and are
    left out with them.
    """
    return np.concatenate([rr.features, comparison], axis=1) if len(rr.features) else rr.features


def save_rr(rr: RRSet, folder: Path) -> None:
    """Write ratios.npy and features.npy into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "ratios.npy", rr.ratios)
    np.save(folder / "features.npy", rr.features)


def load_rr(folder: Path, *, ratios: bool, features: bool) -> RRSet:
    """Read one or both files that `save_rr` wrote.

    Raises:
        ValueError: a file is missing.
    """
    return RRSet(
        ratios=_load(folder / "ratios.npy", wanted=ratios),
        features=_load(folder / "features.npy", wanted=features),
    )


def _load(path: Path, *, wanted: bool) -> np.ndarray:
    return load_array(path, made_by="dvc repro rr") if wanted else np.empty((0, 0), np.float32)
