"""Arrays stored as NPY files."""

from pathlib import Path

import numpy as np


def load_array(path: Path) -> np.ndarray:
    """Read a file written by `np.save`.

    Raises:
        ValueError: the file does not exist.
    """
    require_file(path)
    return np.load(path)


def require_file(path: Path) -> None:
    """Raise an error unless a file that a stage writes exists.

    Raises:
        ValueError: the file does not exist.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file; run the stage that writes {path.parent} again")
