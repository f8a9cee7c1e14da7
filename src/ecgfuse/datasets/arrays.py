"""Arrays that a stage left in files of its own."""

from pathlib import Path

import numpy as np


def load_array(path: Path, *, made_by: str) -> np.ndarray:
    """Read a file that `np.save` wrote.

    Args:
        made_by: the command that makes it.

    Raises:
        ValueError: the file is not there.
    """
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with '{made_by}'")
    return np.load(path)
