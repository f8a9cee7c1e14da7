"""Read the lines of a table as numbers, in blocks."""

import csv
import math
import re
from collections.abc import Collection, Iterator
from typing import TextIO

import numpy as np
import pandas as pd

from ecgfuse.recordings.csv.text import BLANKS, HEAD_BYTES, MISSING, Table
from ecgfuse.recordings.recording import shown

_CELLS = 1 << 20
"""Maximum number of cells, of all columns, read at a time."""
_MISSING = [f"{cell}{blank}" for cell in MISSING for blank in ("", " ", "  ") if cell]


def read_rows(
    table: Table, *, columns: Collection[int], n_rows: int, texts: Collection[int] = ()
) -> Iterator[pd.DataFrame]:
    """Read columns of a table.

    Args:
        columns: indices of the columns, which are returned in the order of the table and named
            by these.
        n_rows: maximum number of lines at a time.
        texts: columns with text; the others are float64, NaN for missing values.

    Raises:
        ValueError: a cell is not a number, or a line has more cells than the table has columns.
            The message names line and column.
    """
    n_columns = len(table.columns)
    # pandas silently drops cells beyond the last column, so an extra, empty column is read.
    wanted = sorted({*columns, n_columns})
    types: dict[str, type] = {str(i): object if i in texts else np.float64 for i in wanted}
    n_rows = max(min(n_rows, _CELLS // (n_columns + 1)), 1)
    done = 0
    with table.open() as file:
        try:
            with pd.read_csv(
                _Named(file, table=table),  # type: ignore[call-overload]
                sep=table.separator,
                decimal=table.decimal,
                usecols=list(types),
                dtype=types,
                na_values=_MISSING,
                skipinitialspace=True,
                skip_blank_lines=n_columns > 1,
                # In a file without quoting, a single quote would swallow the rest of the file.
                quoting=csv.QUOTE_MINIMAL if table.quoted else csv.QUOTE_NONE,
                chunksize=n_rows,
            ) as reader:
                for rows in reader:
                    rows.columns = wanted
                    if rows.pop(n_columns).notna().any() or _is_infinite(rows):
                        raise ValueError("a line has too many cells, or an infinite one")
                    yield rows
                    done += len(rows)
        except (OSError, MemoryError):
            raise
        except Exception as error:  # pandas reports neither line nor column
            fault = _fault(table, columns=columns, after=done) or shown(error)
            raise ValueError(f"{table.path}: {fault}; correct it, or copy the file again") from None


class _Named:
    """A file of numbers, preceded by a header line with the index of each column."""

    def __init__(self, file: TextIO, *, table: Table) -> None:
        separator = " " if table.separator == BLANKS else table.separator
        self._line = separator.join(map(str, range(len(table.columns) + 1))) + "\n"
        self._file = file

    def read(self, size: int = -1) -> str:
        """The next characters of the file."""
        line, self._line = self._line, ""
        return line or self._file.read(size)

    def __iter__(self) -> Iterator[str]:
        """Needed by pandas to accept the object as a file."""
        return iter(self._file)


def _is_infinite(rows: pd.DataFrame) -> bool:
    """Whether a number is infinite, which pandas accepts."""
    return bool(np.isinf(rows.select_dtypes("number").to_numpy()).any())


def check_end(table: Table) -> None:
    """Raise a ValueError if the last line of a table is incomplete, as in a cut file."""
    size = table.path.stat().st_size
    with table.path.open("rb") as file:
        is_big_endian = file.read(2) == b"\xfe\xff"
        file.seek(max(size - HEAD_BYTES, 0) // 2 * 2)  # utf-16 has two bytes per character
        encoding = "utf-16-be" if is_big_endian else table.encoding.removesuffix("-sig")
        end = file.read().decode(encoding, errors="replace")
    *before, last = re.split(r"\r\n|\r|\n", end)  # empty if the last line is terminated
    if before and last.strip() and len(table.cells(last)) < len(table.columns):
        raise ValueError(
            f"{table.path}: the last line is cut, {last[-60:]!r}; copy the file again, or delete "
            "this line"
        )


def _fault(table: Table, *, columns: Collection[int], after: int) -> str | None:
    """The fault in the lines after the first `after`; None if there is none."""
    rows = 0
    with table.open() as file:
        for number, line in enumerate(file, start=table.skip + 1):
            if len(table.columns) > 1 and not line.strip():
                continue
            rows += 1
            if rows > after:
                fault = _fault_of_line(line, table=table, columns=columns)
                if fault is not None:
                    return f"line {number}{fault}"
    return None


def _fault_of_line(line: str, *, table: Table, columns: Collection[int]) -> str | None:
    cells = table.cells(line)
    n_columns = len(table.columns)
    if any(cells[n_columns:]):
        return f" has {len(cells)} cells, but the table has {n_columns} columns"
    for i in columns:
        cell = cells[i] if i < len(cells) else ""
        if cell in MISSING:
            continue
        if not table.is_number(cell) or math.isinf(float(cell.replace(table.decimal, "."))):
            name = f" ({shown(table.columns[i], length=40)})" if table.columns[i] else ""
            return f", column {i + 1}{name}: {cell[:40]!r} is not a number"
    return None
