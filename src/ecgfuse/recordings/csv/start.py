"""Find the first line of numbers below titles, declarations and names."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ecgfuse.recordings.csv.notation import MISSING, Notation
from ecgfuse.recordings.csv.preamble import COMMENT, is_declaration
from ecgfuse.recordings.csv.table import filled

_NUMBER = re.compile(r"""[\s"'\[]*[+-]?[.,]?\d""")
CURE = "write it as a table with one line per sample"


def starts_with_number(text: str) -> bool:
    """Whether a line or cell starts with a number, a time or a date."""
    return _NUMBER.match(text) is not None


def is_comment(line: str) -> bool:
    """Whether a line is a comment."""
    return COMMENT.match(line) is not None and not starts_with_number(COMMENT.sub("", line))


def names_above(lines: Sequence[str]) -> str | None:
    """The line right above the first three lines of numbers, if it may name the columns."""
    for i in range(1, len(lines)):
        if all(map(starts_with_number, lines[i : i + 3])):
            above = lines[i - 1]
            is_names = above.strip() and not is_comment(above) and not is_declaration(above)
            return above if is_names and not starts_with_number(above) else None
    return None


def first_numbers(
    lines: Sequence[str],
    *,
    content: Sequence[int],
    typical: Sequence[str],
    notation: Notation,
    path: Path,
) -> int:
    """Index of the first line that has the form of the typical ones.

    Args:
        content: indices of the lines that are neither blank nor comments.
        typical: lines of numbers.

    Raises:
        ValueError: there is none.
    """
    rows = [notation.cells(line) for line in typical]
    n_cells = Counter(map(filled, rows)).most_common(1)[0][0]
    usual = [row for row in rows if filled(row) == n_cells]
    present = [[row[i] for row in usual if row[i] not in MISSING] for i in range(n_cells)]
    places = range(n_cells)
    numeric = [i for i in places if _is_numeric(present[i], n=len(usual), notation=notation)]
    if any(present[i] for i in numeric):  # else the lead is off
        numeric = [i for i in numeric if present[i]]
    # Where nothing is known, a first cell may still be a time.
    dated = [
        i
        for i in places
        if i not in numeric and (not present[i] or any(map(starts_with_number, present[i])))
    ]
    for index in content if numeric else ():
        cells = notation.cells(lines[index])
        if (
            _has_form(cells, numeric=numeric, dated=dated, notation=notation)
            and (len(cells) >= n_cells or numeric == [0])
            and not is_declaration(lines[index])
        ):
            return index
    is_single = len(content) == 1 and not numeric
    fault = "has column names, but no numbers" if is_single else "does not start with numbers"
    raise ValueError(f"{path}: {fault}; {CURE}, from the first value on")


def _has_form(
    cells: Sequence[str], *, numeric: Sequence[int], dated: Sequence[int], notation: Notation
) -> bool:
    """Whether all values are where they should be, or at least the first number is."""
    for i in dated:
        if i < len(cells) and cells[i] not in MISSING and not starts_with_number(cells[i]):
            return False
    present = [cells[i] for i in numeric if i < len(cells)]
    if not present:
        return False
    is_whole = all(is_value(cell, notation=notation) for cell in present)
    # A damaged first line is reported when it is read.
    return is_whole or notation.is_number(present[0])


def _is_numeric(present: Sequence[str], *, n: int, notation: Notation) -> bool:
    """Whether most of the n cells of a column are numbers or missing, and it has no times."""
    is_number = [notation.is_number(cell) for cell in present]
    n_times = sum(starts_with_number(cell) for cell in present) - sum(is_number)
    return len(present) - sum(is_number) < n / 2 and n_times <= sum(is_number)


def is_value(cell: str, *, notation: Notation) -> bool:
    """Whether a cell is a number or a missing value."""
    return cell in MISSING or notation.is_number(cell)
