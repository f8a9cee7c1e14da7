"""Detect how a table is written: encoding, separator, decimal sign and columns."""

import codecs
import csv
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import mode
from typing import TextIO

from ecgfuse.recordings.units import factor_of

HEAD_BYTES = 1 << 16
"""Size of the beginning from which a table is detected."""
_LONG_HEAD_BYTES = 1 << 22
"""Size of the beginning if the lead was off at first."""
BLANKS = r"\s+"
"""Separator of space-aligned columns; all others are one character."""
MISSING = ("", "-", "--", "nan", "NaN", "NAN", "NA", "N/A", "n/a", "#N/A", "null", "NULL", "None")
"""Cells that mean a missing value."""
_SEPARATORS = ("\t", ";", ",")  # last, since a comma may be a decimal sign
_MAX_COLUMNS = 1000
_CURE = "write it as a table with one line per sample"


@dataclass(frozen=True, kw_only=True)
class Table:
    """How to read a file as a table of numbers."""

    path: Path
    encoding: str
    separator: str
    decimal: str
    quoted: bool
    columns: tuple[str, ...]
    """Names of the columns as in the file; blank if it has none."""
    units: tuple[str, ...]
    """Cells of a line of units below the names; blank if there is none."""
    skip: int
    """Number of lines before the first line of numbers."""
    rows: tuple[tuple[str, ...], ...]
    """Cells of the first lines of numbers."""

    @property
    def is_named(self) -> bool:
        """Whether the file names its columns."""
        return any(self.columns)

    def open(self) -> TextIO:
        """Open the file at its first line of numbers."""
        file = self.path.open(encoding=self.encoding, errors="replace")
        for _ in range(self.skip):
            file.readline()
        return file

    def cells(self, line: str) -> list[str]:
        """The cells of a line, without surrounding spaces and quotes."""
        return _split(line, separator=self.separator)

    def is_number(self, cell: str) -> bool:
        """Whether a cell is a number in the notation of this table."""
        mark = re.escape(self.decimal)
        number = rf"[+-]?(\d+({mark}\d*)?|{mark}\d+)([eE][+-]?\d+)?"
        return re.fullmatch(number, cell, re.ASCII) is not None


def sniff_table(path: Path) -> Table:
    """Detect how to read a text file.

    Raises:
        ValueError: it is not a text file, or does not start with a table of numbers.
    """
    for n_bytes in (HEAD_BYTES, _LONG_HEAD_BYTES):
        table = _sniff(path, n_bytes=n_bytes)
        if any(table.is_number(cell) for row in table.rows for cell in row):
            return table
    raise ValueError(f"{path}: does not start with numbers; {_CURE}, from the first value on")


def _sniff(path: Path, *, n_bytes: int) -> Table:
    with path.open("rb") as file:
        head = file.read(n_bytes)
    encoding = _encoding(head, path=path)
    lines = _whole_lines(head, encoding=encoding, is_cut=path.stat().st_size > n_bytes)
    content = [i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")]
    if not content:
        raise ValueError(f"{path}: does not start with a table; {_CURE}")
    separator = _separator([lines[i] for i in content])
    rows = [tuple(_split(lines[i], separator=separator)) for i in content]
    n_names = int(_is_text(rows[0]))
    n_units = int(n_names == 1 and len(rows) > 1 and _is_units(rows[1]))
    data = rows[n_names + n_units :]
    if not data:
        raise ValueError(f"{path}: has column names, but no numbers; {_CURE}")
    columns = _columns(rows[0] if n_names else (), data=data, path=path)
    skip = content[n_names + n_units]
    return Table(
        path=path,
        encoding=encoding,
        separator=separator,
        decimal=_decimal([lines[i] for i in content if i >= skip], separator=separator),
        quoted='"' in lines[skip],
        columns=columns,
        units=(*(rows[1] if n_units else ()), *[""] * len(columns))[: len(columns)],
        skip=skip,
        rows=tuple(data),
    )


def _encoding(head: bytes, *, path: Path) -> str:
    """The encoding of a text, from its beginning."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > 0.9 * len(zeros):
            return encoding
    if re.search(rb"[\0-\x08\x0e-\x19\x1b-\x1f]", head):
        raise ValueError(f"{path}: is not a text file; {_CURE}")
    if not re.sub(rb"\xb5[Vv]", b"", head).isascii():  # latin-1 "µV" would be a letter of cp949
        for encoding in ("utf-8-sig", "cp949"):
            try:
                codecs.getincrementaldecoder(encoding)().decode(head)  # may end within a character
            except UnicodeDecodeError:
                continue
            return encoding
    return "utf-8-sig" if head.isascii() else "latin-1"


def _whole_lines(head: bytes, *, encoding: str, is_cut: bool) -> list[str]:
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[:-1] if is_cut else lines


def _separator(lines: Sequence[str]) -> str:
    """The separator that occurs in all lines, of which the last may be cut."""
    lines = lines[:-1] or lines
    for separator in _SEPARATORS:
        if all(separator in line for line in lines):
            return separator
    if all(len(line.split()) > 1 for line in lines):
        return BLANKS
    return "\t"  # not in every line: one column


def _decimal(lines: Sequence[str], *, separator: str) -> str:
    text = "\n".join(lines)
    comma = separator != "," and re.search(r"\d,\d", text) and not re.search(r"\d\.\d", text)
    return "," if comma else "."


def _split(line: str, *, separator: str) -> list[str]:
    cells = line.split() if separator == BLANKS else line.split(separator)
    if '"' in line and separator != BLANKS:
        with suppress(csv.Error):
            cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), cells)
    return [cell.strip(" \t\r\n\"'") for cell in cells]


def _is_text(row: Sequence[str]) -> bool:
    """Whether a line contains words, other than numbers, times and missing values."""
    words = [cell for cell in row if cell not in MISSING and not re.match(r"[+-]?inf", cell, re.I)]
    return any(re.match(r"[^\d+\-.,]", cell) and any(map(str.isalpha, cell)) for cell in words)


def _is_units(row: Sequence[str]) -> bool:
    """Whether a line contains units of voltage and no number."""
    return any(factor_of(c) for c in row) and not any(re.match(r"[+-]?[.,]?\d", c) for c in row)


def _filled(row: Sequence[str]) -> int:
    """Number of cells of a line up to the last one that is not empty."""
    return max((i for i, cell in enumerate(row, start=1) if cell), default=0)


def _columns(names: Sequence[str], *, data: Sequence[Sequence[str]], path: Path) -> tuple[str, ...]:
    """A name for each column, blank if none; trailing separators do not make columns."""
    n_names = _filled(names)
    n_cells = _filled(data[0]) if names else mode(map(_filled, data))
    if names and n_cells > n_names:
        raise ValueError(
            f"{path}: names {n_names} columns, but the line below has {n_cells} cells; name each "
            "column"
        )
    n_columns = n_names or n_cells
    if not 1 <= n_columns <= _MAX_COLUMNS:
        raise ValueError(f"{path}: has {n_columns:,} columns; {_CURE}")
    return tuple([*names, *[""] * n_columns][:n_columns])
