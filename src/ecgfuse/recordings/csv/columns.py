"""The meaning of the columns of a table: leads, times, or neither."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from ecgfuse.recordings.csv.clock import is_clock
from ecgfuse.recordings.csv.notation import MISSING
from ecgfuse.recordings.csv.shape import (
    counts,
    has_beats_in_lines,
    is_label,
    only_rises,
    rises_evenly,
)
from ecgfuse.recordings.csv.table import Table
from ecgfuse.recordings.csv.words import is_counter, is_time, seconds_in
from ecgfuse.recordings.leads import is_ecg
from ecgfuse.recordings.recording import lead_names
from ecgfuse.recordings.units import factor_of

_BRACKETED = re.compile(r"(.*?)\s*[(\[]([^()\[\]]*)[)\]]")
_UNIT_AT_END = re.compile(r"(.+)[\s_/,:]([munµμ]v)", re.IGNORECASE)
_SHIMMER = re.compile(r"^Shimmer_[^_]+_", re.IGNORECASE)
_NO_VOLTAGE = {
    *("%", "bpm", "1/min", "/min", "mmhg", "°c", "c", "degc", "g", "m/s2", "m/s^2", "deg/s", "dps"),
    *("ohm", "ω", "kohm", "kω", "l/min", "rpm", "brpm", "pa", "kpa", "a.u.", "hz", "ut", "μt"),
}
_LONGEST_NAME = 200
_ENOUGH = 50
"""Lines from which even the numbers of a column named as an ECG may be seen to count."""
_LEAST_IN_LINE = 32
"""Columns without names from which a line may hold a beat; a 12-lead ECG has fewer."""
_EPOCHS = ((1e9, 1.0), (1e12, 1e-3), (1e15, 1e-6), (1e18, 1e-9))
"""Smallest number of seconds since 1970 (2001 or later) in each unit, and the unit in seconds."""


@dataclass(frozen=True, kw_only=True)
class Lead:
    """A column with a lead."""

    column: int
    name: str
    unit: str
    """Blank if the file declares none."""
    unit_from: str


@dataclass(frozen=True, kw_only=True)
class TimeColumn:
    """A column with the time of each sample."""

    column: int
    name: str
    seconds: float | None
    """Unit of the times in seconds; None if unknown."""
    is_text: bool
    """Whether it has clock times or dates in place of numbers."""


def check_form(table: Table) -> None:
    """Raise a ValueError if a line holds a beat or a lead in place of a sample."""
    # Names such as "c_12" only number the columns.
    stems = [name.rstrip("0123456789") for name in table.columns]
    often = {stem for stem, n in Counter(stems).items() if n >= _LEAST_IN_LINE}
    numbered = [i for i, stem in enumerate(stems) if stem in often]
    if not numbered:
        return
    values = np.stack([table.numbers(i) for i in numbered], axis=1)[:500]
    if has_beats_in_lines(values[:, :-1]):  # the last may be a class
        raise ValueError(
            f"{table.path}: seems to hold a beat (or a segment) per line, {len(numbered)} values "
            "each, as the heartbeat tables on Kaggle do, not a recording with a sample per line; "
            "single beats have no rhythm to annotate: read such a table with pandas.read_csv(FILE, "
            "header=None), or annotate the recordings from which it was cut"
        )


def find_leads(table: Table) -> tuple[Lead, ...]:
    """The columns that may be leads, with unique names."""
    named = [_lead_of(table, column=i) for i in range(len(table.columns))]
    possible = [lead for lead in named if lead is not None]
    numbers = {lead.column: table.numbers(lead.column) for lead in possible}
    for is_no_lead in (
        lambda lead: is_counter(lead.name),
        lambda lead: is_label(numbers[lead.column]),
    ):
        kept = [lead for lead in possible if is_ecg(lead.name) or not is_no_lead(lead)]
        possible = kept or possible
    # Not "lead 2", which would mean lead II.
    names = lead_names([_shown(lead) for lead in possible])
    return tuple(
        Lead(column=lead.column, name=name, unit=lead.unit, unit_from=lead.unit_from)
        for lead, name in zip(possible, names, strict=True)
    )


def _shown(lead: Lead) -> str:
    """The name of a lead; one like "sample" would be taken for that of a counter."""
    number = f"column {lead.column + 1}"
    return f"{number} ({lead.name})" if is_counter(lead.name) else lead.name or number


def _lead_of(table: Table, *, column: int) -> Lead | None:
    """A column as a lead; None if its name or numbers show that it is none."""
    full = table.columns[column]
    if is_time(full) and not is_ecg(split_unit(full)[0]):
        return None
    name, unit = split_unit(full)
    name, unit_from = _SHIMMER.sub("", name), "the column name"
    if not unit:
        unit, unit_from = table.units[column], "the line of units"
        if unit in table.preamble.units:
            unit_from = "the lines above the table"
    if not unit and table.preamble.unit:
        unit, unit_from = table.preamble.unit, "the lines above the table"
    bracket = _BRACKETED.fullmatch(full[-_LONGEST_NAME:])
    declared = (bracket[2] if bracket else unit).strip().casefold()
    if declared in _NO_VOLTAGE and not is_ecg(name):
        return None
    cells = [cell for cell in table.column(column) if cell not in MISSING]
    numbers = table.numbers(column)
    if cells and np.isnan(numbers).all():
        return None  # text
    if len(table.columns) > 1 or len(numbers) >= _ENOUGH:
        is_ruler = (not is_ecg(name) or len(numbers) >= _ENOUGH) and counts(numbers)
        if is_ruler or (not is_ecg(name) and only_rises(numbers)):
            return None
    return Lead(column=column, name=name, unit=unit, unit_from=unit_from if unit else "")


def find_times(table: Table) -> list[TimeColumn]:
    """The columns that may be times, the likeliest first."""
    named, unnamed = [], []
    for i, name in enumerate(table.columns):
        cells = [cell for cell in table.column(i) if cell not in MISSING]
        is_text = bool(cells) and not table.is_number(cells[0])
        unit = seconds_in(name)
        unit = seconds_in(table.units[i]) if unit is None else unit
        if is_text and not is_clock(cells[0]):
            continue
        if is_time(name) or is_text:
            seconds = 1.0 if is_text else unit
            named.append(TimeColumn(column=i, name=name, seconds=seconds, is_text=is_text))
        elif not is_ecg(name) and not is_counter(name):
            seconds = unit or _unit_of_unnamed(table.numbers(i))
            if seconds is not None:
                unnamed.append(TimeColumn(column=i, name=name, seconds=seconds, is_text=False))
    return named or (unnamed if len(table.columns) > 1 else [])


def _unit_of_unnamed(numbers: np.ndarray) -> float | None:
    """The unit in seconds of numbers without a name that can only be times, else None."""
    present = numbers[np.isfinite(numbers)]
    if not rises_evenly(present) or present[1] < present[0]:
        return None
    epochs = [unit for least, unit in _EPOCHS if least <= present[0] < 4.2 * least]
    if epochs:
        return epochs[0]
    step = float(np.median(np.diff(present)))
    # Whole numbers may as well count samples.
    is_fraction = not (present == np.rint(present)).all()
    return 1.0 if is_fraction and 0.0005 <= step <= 0.0101 else None


def split_unit(name: str) -> tuple[str, str]:
    """The name of a column -> the name of a lead and its unit, "" if missing."""
    if factor_of(name) is not None and len(name) > 1:
        return "", name  # named by its unit alone
    for pattern in (_BRACKETED, _UNIT_AT_END):
        match = pattern.fullmatch(name[-_LONGEST_NAME:])
        if match and factor_of(match[2]) is not None:
            return match[1].strip(), match[2].strip()
    return name, ""
