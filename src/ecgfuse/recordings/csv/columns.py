"""The meaning of the columns of a table: leads, time, or sample counter."""

import re
from dataclasses import dataclass
from itertools import pairwise

from ecgfuse.recordings.csv.text import Table
from ecgfuse.recordings.recording import lead_names
from ecgfuse.recordings.units import factor_of

_BRACKETED = re.compile(r"(.*?)\s*[(\[]([^()\[\]]*)[)\]]")
_UNIT_AT_END = re.compile(r"(.+)[\s_/]([munµμ]v)", re.IGNORECASE)
_LONGEST_NAME = 200
_SECONDS = {
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", "초"), 1.0),
    **dict.fromkeys(("ms", "msec", "msecs", "millisecond", "milliseconds", "밀리초"), 1e-3),
    **dict.fromkeys(("us", "μs", "usec", "microsecond", "microseconds"), 1e-6),
}
_TIMES = {"t", "time", "times", "elapsed", "timestamp", "timestamps", "시간"}
_COUNTERS = {"sample", "samples", "index", "idx", "counter", "count", "row", "frame", "unnamed"}
_DATES = {"date", "datetime", "날짜"}


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A column with a lead."""

    column: int
    name: str
    unit: str
    """Blank if the file declares none."""


@dataclass(frozen=True, kw_only=True)
class TimeColumn:
    """A column with the time of each sample."""

    column: int
    seconds: float | None
    """Unit of the times in seconds; None if unknown."""


def find_leads(table: Table) -> tuple[Lead, ...]:
    """The columns that are leads, with unique names."""
    columns = [i for i in range(len(table.columns)) if not _is_ruler(table, column=i)]
    declared = [_split_unit(table.columns[i]) for i in columns]
    # Not "lead 2", which would mean lead II.
    shown = [name or f"column {i + 1}" for i, (name, _) in zip(columns, declared, strict=True)]
    units = [unit or table.units[i] for i, (_, unit) in zip(columns, declared, strict=True)]
    return tuple(
        Lead(column=column, name=name, unit=unit)
        for column, name, unit in zip(columns, lead_names(shown), units, strict=True)
    )


def find_time(table: Table) -> TimeColumn | None:
    """The time column, if a column has such a name."""
    for column, name in enumerate(table.columns):
        words = _words(name)
        if words and (words[0] in _TIMES or " ".join(words) in _SECONDS):
            units = [_SECONDS[w] for w in [*words, *_words(table.units[column])] if w in _SECONDS]
            return TimeColumn(column=column, seconds=units[0] if units else None)
    return None


def _is_ruler(table: Table, *, column: int) -> bool:
    """Whether a column counts time or samples, and so is not a lead."""
    words = _words(table.columns[column])
    if not words and column == 0:  # pandas writes an unnamed index
        return table.is_named or _is_ramp(table, column=column)
    return " ".join(words) in _SECONDS or words[:1] in [[w] for w in _TIMES | _COUNTERS | _DATES]


def _is_ramp(table: Table, *, column: int) -> bool:
    """Whether the cells of a column increase in even steps, like unnamed times."""
    cells = [row[column] for row in table.rows if len(row) > column]
    if len(table.columns) < 2 or len(cells) < 3 or not all(map(table.is_number, cells)):
        return False
    numbers = [float(cell.replace(table.decimal, ".")) for cell in cells]
    steps = [after - before for before, after in pairwise(numbers)]
    return min(steps) > 0 and max(steps) < 2.5 * min(steps)  # times may be rounded


def _words(name: str) -> list[str]:
    plain = name.casefold().replace("µ", "μ")
    return re.findall(r"[^\W_]+", plain)


def _split_unit(name: str) -> tuple[str, str]:
    """The name of a column -> the name of a lead and its unit, "" if missing."""
    for pattern in (_BRACKETED, _UNIT_AT_END):
        match = pattern.fullmatch(name[-_LONGEST_NAME:])
        if match and factor_of(match[2]) is not None:
            return match[1].strip(), match[2].strip()
    return name, ""
