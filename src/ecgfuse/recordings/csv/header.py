"""The names and units of the columns of a table, from the lines above its numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mode

from ecgfuse.recordings.csv.notation import BLANKS, Notation
from ecgfuse.recordings.csv.preamble import COMMENT, Preamble, is_declaration
from ecgfuse.recordings.csv.start import is_comment
from ecgfuse.recordings.csv.table import filled
from ecgfuse.recordings.csv.words import SECONDS
from ecgfuse.recordings.leads import is_ecg
from ecgfuse.recordings.units import factor_of

_MOST_LINES = 4
_SOURCES = {"cal", "raw", "uncal"}
"""Cells of a line of Shimmer that is neither of names nor of units."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """Names and units, one per column, blank if unknown."""

    columns: tuple[str, ...]
    units: tuple[str, ...]
    lines: tuple[str, ...] = ()
    """The lines with these, without surrounding spaces."""
    skips_row: bool = False
    """Whether the first line of numbers belongs to the header, too."""


def read_header(
    above: Sequence[str],
    *,
    data: Sequence[Sequence[str]],
    notation: Notation,
    preamble: Preamble,
    path: Path,
) -> Header:
    """Read the lines above the numbers.

    Args:
        above: these lines.
        data: cells of the first lines of numbers.

    Raises:
        ValueError: the names do not fit the columns.
    """
    n_cells = mode(map(filled, data[:1000]))
    skips = _is_numbering(data) or (bool(preamble.leads) and _is_count(data[0]))
    lines = _lines_of_header(above, data=data, n_cells=n_cells, notation=notation, path=path)
    units = next((cells for _, cells in lines if _is_units(cells)), [])
    names = [cells for _, cells in lines if not _is_units(cells)]
    cells = next((row for row in names if len(set(row)) > 1 or len(row) == 1), [])
    if cells and filled(cells) > max(map(len, data[:1000])):
        raise ValueError(
            f"{path}: names {filled(cells)} columns, {', '.join(cells)[:120]}, but the lines below "
            f"have {n_cells} cells; name each column"
        )
    n_columns = max(filled(cells), n_cells)
    cells = [*cells, *[""] * n_columns][:n_columns]
    units = [*units, *[""] * n_columns][:n_columns]
    before = n_columns - len(preamble.leads)
    if preamble.leads and before in (0, 1):
        cells = [*cells[:before], *preamble.leads]
        if preamble.units:
            units = [*units[:before], *preamble.units]
    elif preamble.leads and n_cells == 1 and not cells[0]:
        cells = [preamble.leads[0]]
    return Header(
        columns=tuple(cells),
        units=tuple(units),
        lines=tuple(line.strip() for line, _ in lines),
        skips_row=skips,
    )


def _lines_of_header(
    above: Sequence[str],
    *,
    data: Sequence[Sequence[str]],
    n_cells: int,
    notation: Notation,
    path: Path,
) -> list[tuple[str, list[str]]]:
    """Lines with a cell per column, and their cells, from the last one upwards."""
    found: list[tuple[str, list[str]]] = []
    for line in reversed(above):
        if not line.strip():
            continue
        is_remark = is_comment(line)
        bare = COMMENT.sub("", line) if is_remark else line
        cells = _split(bare, n_cells=n_cells, notation=notation)
        n_filled = filled(cells)
        if is_declaration(line) or (n_filled < n_cells and is_remark):
            break
        if n_filled < n_cells:
            if n_filled > 1 and not found and not _is_count(cells):
                found.append((line, _after_row_names(cells, data=data, n_cells=n_cells, path=path)))
            elif _is_count(cells):
                continue
            break
        if is_remark and n_cells == 1 and not is_ecg(bare):
            break
        if not {cell.casefold() for cell in cells if cell} <= _SOURCES:
            found.append((line, cells))
        if len(found) == _MOST_LINES:
            break
    return found


def _after_row_names(
    cells: list[str], *, data: Sequence[Sequence[str]], n_cells: int, path: Path
) -> list[str]:
    """Names of all columns but the first, which has the numbers of the rows (write.table of R).

    Raises:
        ValueError: the first column has others.
    """
    if filled(cells) == n_cells - 1 and all(
        row and row[0] == str(i) for i, row in enumerate(data[:100], start=1)
    ):
        return ["", *cells]
    raise ValueError(
        f"{path}: names {filled(cells)} columns, but the line below has {n_cells} cells; name each "
        "column"
    )


def _split(line: str, *, n_cells: int, notation: Notation) -> list[str]:
    """The cells of a line of names; those of space-aligned columns may contain single spaces."""
    cells = notation.cells(line)
    if notation.separator != BLANKS or len(cells) <= n_cells:
        return cells
    wide = [cell.strip(" \"'") for cell in re.split(r"\s{2,}|\t", line.strip())]
    if len(wide) == n_cells:
        return wide
    joined: list[str] = []
    for cell in cells:
        is_open = bool(joined) and joined[-1].count("(") > joined[-1].count(")")
        is_more = cell.startswith(("(", "[", "#")) or cell.casefold() in ("time", "number")
        after = joined[-1].casefold() if joined else ""
        if joined and (is_open or is_more or after in ("lead", "ecg", "ekg", "리드", "유도")):
            joined[-1] = f"{joined[-1]} {cell}"
        else:
            joined.append(cell)
    return joined if len(joined) == n_cells else cells


def _is_units(cells: Sequence[str]) -> bool:
    """Whether a line has units and no names of leads."""
    present = [cell for cell in cells if cell]
    known = [
        cell for cell in present if factor_of(cell) or cell.strip("()[]").casefold() in SECONDS
    ]
    clocks = [cell for cell in present if re.fullmatch(r"[(\[]?[hms:.,]{5,}[)\]]?", cell)]
    if len(cells) == 1:
        return bool(known) and factor_of(cells[0]) != 1e3  # a lone "V" is the name of a lead
    voltages = [cell for cell in known if factor_of(cell)]
    if voltages and all(re.fullmatch(r"[(\[].*[)\]]", cell) for cell in present):
        return True  # as rdsamp prints them
    # "ms, mV" may also name two columns by their units.
    return bool(voltages) and len(known) + len(clocks) > len(present) / 2


def _is_count(row: Sequence[str]) -> bool:
    """Whether all cells are the same whole number, as the lengths in files of AcqKnowledge."""
    present = {part for cell in row for part in cell.split()}
    return len(present) == 1 and next(iter(present)).isdecimal() and next(iter(present)) != "0"


def _is_numbering(data: Sequence[Sequence[str]]) -> bool:
    """Whether the first line numbers the columns from 0, as pandas does."""
    first = [cell for i, cell in enumerate(data[0]) if cell or i]
    if not first or len(data) < 2 or first != [str(i) for i in range(len(first))]:
        return False
    places = range(len(data[0]) - len(first), len(data[0]))
    below = [row[i] for row in data[1:50] for i in places if i < len(row)]
    return len(first) >= 4 or all(re.search(r"[.,eE]|^\D*$", cell) for cell in below)
