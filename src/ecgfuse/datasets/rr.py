"""The RR features of the beats of one split, rows beside those of a BeatSet."""

from pathlib import Path

import numpy as np

from ecgfuse.datasets.arrays import load_array

_FILE = "features.npy"


def rr_path(folder: Path) -> Path:
    """The file of `save_rr`."""
    return folder / _FILE


def save_rr(features: np.ndarray, folder: Path) -> None:
    """Write RR features (n_beats, 7) float32; creates the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(rr_path(folder), features)


def load_rr(folder: Path) -> np.ndarray:
    """Read RR features (n_beats, 7) float32.

    Raises:
        ValueError: the file does not exist.
    """
    return load_array(rr_path(folder))
