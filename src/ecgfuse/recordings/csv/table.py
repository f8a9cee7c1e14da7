"""A text file as a table of numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from ecgfuse.recordings.csv.notation import Notation
from ecgfuse.recordings.csv.preamble import Preamble


@dataclass(frozen=True, kw_only=True)
class Table:
    """How to read a file as a table of numbers."""

    path: Path
    encoding: str
    notation: Notation
    quote: str
    """Sign around the cells; blank if there is none."""
    columns: tuple[str, ...]
    """Names of the columns as in the file; blank if it has none."""
    units: tuple[str, ...]
    """Cells of a line of units below the names; blank if there is none."""
    header: tuple[str, ...]
    """The lines of names and units, which may be repeated below."""
    preamble: Preamble
    skip: int
    """Number of lines before the first line of numbers."""
    rows: tuple[tuple[str, ...], ...]
    """Cells of the first lines of numbers."""

    @property
    def separator(self) -> str:
        """Separator of the cells."""
        return self.notation.separator

    def open(self) -> TextIO:
        """Open the file at its first line of numbers."""
        file = self.path.open(encoding=self.encoding, errors="replace")
        for _ in range(self.skip):
            file.readline()
        return file

    def cells(self, line: str) -> list[str]:
        """The cells of a line, without surrounding spaces and quotes."""
        return self.notation.cells(plain_minus(line))

    def is_number(self, cell: str) -> bool:
        """Whether a cell is a number in the notation of this table."""
        return self.notation.is_number(cell)

    def column(self, index: int) -> list[str]:
        """The first cells of a column; blank where a line is too short."""
        return [row[index] if index < len(row) else "" for row in self.rows]

    def numbers(self, index: int) -> np.ndarray:
        """The first numbers of a column, (n_rows,), NaN for other cells."""
        read = self.notation.number
        return np.array(
            [read(c) if self.is_number(c) else np.nan for c in self.column(index)], dtype=np.float64
        )


_NARROW = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3})")


def plain_minus(text: str) -> str:
    """Text with ASCII minus signs, and without narrow spaces between thousands."""
    return _NARROW.sub("", text.replace("\u2212", "-"))


def filled(row: Sequence[str]) -> int:
    """Number of cells of a line up to the last one that is not empty."""
    return max((i for i, cell in enumerate(row, start=1) if cell), default=0)
