"""The RR features of the beats of one split."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class RRSet:
    """RR features, row by row beside a BeatSet; a fusion loads what it uses, the rest is empty."""

    ratios: np.ndarray
    """(n_beats, 2) float32: pre/overall and pre/local, the rows of early and hybrid fusion."""
    features: np.ndarray
    """(n_beats, 7) float32: the query of late and hybrid fusion."""


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
        ratios=_load(folder / "ratios.npy") if ratios else np.empty((0, 0), np.float32),
        features=_load(folder / "features.npy") if features else np.empty((0, 0), np.float32),
    )


def _load(path: Path) -> np.ndarray:
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro rr'")
    return np.load(path)
