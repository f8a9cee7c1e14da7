"""How the numbers of a table are written: separator, quotes, decimal sign and thousands."""

import csv
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

BLANKS = r"\s+"
"""Separator of space-aligned columns; all others are one character."""
MISSING = (
    *("", "-", "--", "---", "----", "*", "?", ".", "nan", "NaN", "NAN", "Nan", "NA", "N/A", "n/a"),
    *("na", "#N/A", "#NA", "<NA>", "null", "NULL", "Null", "none", "None", "NONE", "nil", "NIL"),
    *("-nan", "-NaN", "nan(ind)", "-nan(ind)", "1.#QNAN", "-1.#IND", "1.#IND", "-1.#QNAN"),
    *("#NUM!", "#VALUE!", "#DIV/0!", "missing", "Missing", "결측", "없음"),
)
"""Cells that mean a missing value."""
_SEPARATORS = ("\t", ";", "|", ",")  # last, since a comma may be a decimal sign
_GROUPED = r"[+-]?[1-9]\d{0,2}(?:%s\d{3})+"
_ENOUGH = 100
"""Lines among which decimals, if any, would have begun with a zero."""


@dataclass(frozen=True, kw_only=True)
class Notation:
    """How a line becomes cells, and a cell a number."""

    separator: str
    decimal: str = "."
    thousands: str = ""
    """Sign between groups of three digits; blank if there is none."""

    def cells(self, line: str) -> list[str]:
        """The cells of a line, without surrounding spaces and quotes."""
        is_blanks = self.separator == BLANKS
        cells = line.split() if is_blanks else line.split(self.separator)
        if '"' in line:
            delimiter = " " if is_blanks else self.separator
            with suppress(csv.Error):
                reader = csv.reader([line], delimiter=delimiter, skipinitialspace=True)
                cells = next(reader, cells)
        return [cell.strip(" \t\r\n\"'") for cell in cells]

    def is_number(self, cell: str) -> bool:
        """Whether a cell is a number."""
        mark = re.escape(self.decimal)
        whole = r"\d+"
        if self.thousands:
            whole = rf"(?:\d{{1,3}}(?:{re.escape(self.thousands)}\d{{3}})+|\d+)"
        number = rf"[+-]?({whole}({mark}\d*)?|{mark}\d+)([eE][+-]?\d+)?"
        return re.fullmatch(number, cell, re.ASCII) is not None

    def number(self, cell: str) -> float:
        """The value of a number."""
        plain = cell.replace(self.thousands, "") if self.thousands else cell
        return float(plain.replace(self.decimal, "."))


def detect_notation(
    lines: Sequence[str], *, names: str | None, forced: str | None, path: Path
) -> Notation:
    """The notation of a table.

    Args:
        lines: typical lines of numbers.
        names: the line above the numbers, if any.
        forced: separator declared in the file.

    Raises:
        ValueError: the meaning of a comma cannot be known.
    """
    separator = forced or _separator(lines, names=names, path=path)
    plain = Notation(separator=separator)
    columns = list(zip(*_even([plain.cells(line) for line in lines]), strict=True))
    if separator == "," and not any('"' in line for line in lines):
        if not any("." in line for line in lines) and any(
            re.fullmatch(r"-?0\d+", cell) for column in columns[1:] for cell in column
        ):
            raise ValueError(
                f"{path}: the comma seems to be the decimal sign and also the separator of its "
                "columns; write it with points, or with semicolons between columns"
            )
        return plain
    return _signs(columns, separator=separator, path=path)


def _separator(lines: Sequence[str], *, names: str | None, path: Path) -> str:
    """The separator that occurs in all lines."""
    for separator in _SEPARATORS:
        if not all(separator in line for line in lines):
            continue
        if separator != ",":
            return separator
        # "0,5 0,7" is two numbers, not three cells.
        if all(re.search(r"\d,\d+\s+[+-]?\d+,\d", line) for line in lines):
            return BLANKS
        if not _is_decimal(lines, names=names, path=path):
            return separator
    has_tabs = any("\t" in line for line in lines)
    if not has_tabs and all(len(line.split()) > 1 for line in lines):
        grouped = [re.fullmatch(_GROUPED % " " + r"(,\d+)?", line.strip()) for line in lines]
        return "\t" if all(grouped) else BLANKS
    return "\t" if has_tabs or names is None or "," not in names else ","


def _is_decimal(lines: Sequence[str], *, names: str | None, path: Path) -> bool:
    """Whether the only comma of each line is the decimal sign of a single column."""
    halves = [re.fullmatch(r"\s*[+-]?(\d+),(\d+)([eE][+-]?\d+)?\s*", line) for line in lines]
    whole = [half for half in halves if half]
    if len(whole) < len(lines) or (names is not None and "," in names):
        return False
    if any((half[2].startswith("0") and len(half[2]) > 1) or half[3] for half in whole):
        return True
    if any(re.match(r"\s*-0,", line) for line in lines) or names is not None:
        return True
    if len({len(half[2]) for half in whole}) > 1 and len(whole) >= _ENOUGH:
        return False
    raise ValueError(
        f"{path}: it is unclear whether the comma in {lines[0].strip()[:40]!r} is a decimal sign "
        "or separates two columns; add a line with the names of the columns"
    )


def _even(rows: Sequence[list[str]]) -> list[list[str]]:
    """Rows filled up to equal length."""
    longest = max(map(len, rows), default=0)
    return [[*row, *[""] * (longest - len(row))] for row in rows]


def _signs(columns: Sequence[Sequence[str]], *, separator: str, path: Path) -> Notation:
    """Decimal sign and thousands separator, from the cells of each column."""
    cells = [cell for column in columns for cell in column if re.search(r"\d", cell)]
    numbers = [cell for cell in cells if re.fullmatch(r"[+-]?[\d.,'\s]+([eE][+-]?\d+)?", cell)]
    for gap in (" ", "\u00a0", "\u202f", "'"):
        if any(re.fullmatch(_GROUPED % gap + r"([.,]\d*)?", cell) for cell in numbers):
            comma = any("," in cell for cell in numbers)
            return Notation(separator=separator, decimal="," if comma else ".", thousands=gap)
    for decimal, other in ((".", ","), (",", ".")):
        both = _GROUPED % re.escape(other) + re.escape(decimal) + r"\d*"
        twice = rf"[+-]?\d{{1,3}}(?:{re.escape(other)}\d{{3}}){{2,}}"
        if any(re.fullmatch(both, cell) or re.fullmatch(twice, cell) for cell in numbers):
            return Notation(separator=separator, decimal=decimal, thousands=other)
    commas, points = ([c for c in numbers if mark in c] for mark in ",.")
    if not commas:
        if any(_is_grouped(column, mark=".") for column in columns):
            return Notation(separator=separator, decimal=",", thousands=".")
        return Notation(separator=separator)
    if points:
        is_comma = all(re.fullmatch(_GROUPED % r"\.", cell) for cell in points)
        is_point = all(re.fullmatch(_GROUPED % ",", cell) for cell in commas)
        if is_comma and not is_point:
            return Notation(separator=separator, decimal=",", thousands=".")
        return Notation(separator=separator, thousands="," if is_point else "")
    if any(_is_grouped(column, mark=",") for column in columns):
        return Notation(separator=separator, thousands=",")
    if all(re.fullmatch(_GROUPED % ",", cell) for cell in commas):
        raise ValueError(
            f"{path}: it is unclear whether the comma in {commas[0][:40]!r} is a decimal sign or "
            "separates thousands; write it without thousands separators"
        )
    return Notation(separator=separator, decimal=",")


def _is_grouped(column: Sequence[str], *, mark: str) -> bool:
    """Whether a column has whole numbers in groups of three digits beside shorter ones."""
    cells = [cell for cell in column if cell not in MISSING]
    short = [cell for cell in cells if re.fullmatch(r"[+-]?\d{1,3}", cell)]
    grouped = [cell for cell in cells if re.fullmatch(_GROUPED % re.escape(mark), cell)]
    return (
        len(short) + len(grouped) == len(cells)
        and bool(grouped)
        and any(len(cell.lstrip("+-")) == 3 for cell in short)
    )
