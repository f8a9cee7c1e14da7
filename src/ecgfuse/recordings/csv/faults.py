"""Find the line and column of a fault in a table, for messages."""

import math
import re
from collections.abc import Collection

from ecgfuse.recordings.csv.lines import NumberLines
from ecgfuse.recordings.csv.notation import MISSING
from ecgfuse.recordings.csv.start import is_comment
from ecgfuse.recordings.csv.table import Table, filled
from ecgfuse.recordings.csv.text import HEAD_BYTES
from ecgfuse.recordings.recording import shown


def check_end(table: Table) -> None:
    """Raise a ValueError if the last line of a table is incomplete, as in a cut file."""
    size = table.path.stat().st_size
    with table.path.open("rb") as file:
        is_big_endian = file.read(2) == b"\xfe\xff"
        file.seek(max(size - HEAD_BYTES, 0) // 2 * 2)  # utf-16 has two bytes per character
        encoding = "utf-16-be" if is_big_endian else table.encoding.removesuffix("-sig")
        end = file.read().decode(encoding, errors="replace")
    n_cells = min(len(table.columns), max(map(filled, table.rows[:1000])))
    *before, last = re.split(r"\r\n|\r|\n", end)  # empty if the last line is terminated
    if before and last.strip() and not is_comment(last) and len(table.cells(last)) < n_cells:
        raise ValueError(
            f"{table.path}: the last line is cut, {last[-60:]!r}; copy the file again, or delete "
            "this line"
        )


def fault_after(table: Table, *, columns: Collection[int], done: int) -> str | None:
    """The fault in the lines after the first `done` lines of numbers; None if there is none."""
    rows = 0
    with table.open() as file:
        lines = NumberLines(file, table=table)
        for number, line in enumerate(file, start=table.skip + 1):
            if (len(table.columns) > 1 and not line.strip()) or lines.drops(line):
                continue
            rows += 1
            if rows > done:
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
        if not table.is_number(cell) or math.isinf(table.notation.number(cell)):
            name = f" ({shown(table.columns[i], length=40)})" if table.columns[i] else ""
            return f", column {i + 1}{name}: {cell[:40]!r} is not a number"
    return None
