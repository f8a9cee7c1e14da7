"""A .npy file to which rows are appended, of a length that is not known before."""

from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

_ROWS = 1 << 20
"""Rows converted at a time."""


class GrowingArray:
    """Appends rows to a .npy file; `numpy.load` reads it once it is closed.

    NumPy pads the header so that a longer first dimension fits in later.

    Args:
        path: the file; it is replaced.
        dtype: of the rows.
        columns: of each row; None for an array of one dimension.
    """

    def __init__(self, path: Path, *, dtype: np.dtype, columns: int | None) -> None:
        self.path = path
        self.dtype = dtype
        self._columns = columns
        self._n_rows = 0
        self._file: BinaryIO = path.open("wb")
        self._write_header()

    def append(self, rows: np.ndarray) -> None:
        """Append rows (n,) or (n, columns)."""
        self._file.write(np.ascontiguousarray(rows, dtype=self.dtype).data)
        self._n_rows += len(rows)

    def close(self) -> None:
        """Write the length, and close the file."""
        if not self._file.closed:
            self._file.seek(0)
            self._write_header()
            self._file.close()

    def _write_header(self) -> None:
        shape = (self._n_rows,) if self._columns is None else (self._n_rows, self._columns)
        npy.write_array_header_1_0(
            self._file,
            {"descr": npy.dtype_to_descr(self.dtype), "fortran_order": False, "shape": shape},
        )


def read_parts(path: Path) -> list[np.ndarray]:
    """Views of a closed file, of at most about a million rows each; nothing is read yet."""
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    return [array[first : first + _ROWS] for first in range(0, len(array), _ROWS)]
