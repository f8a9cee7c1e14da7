"""A table of numbers with one line per sample -> a Recording."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ecgfuse.recordings.csv.columns import Lead, TimeColumn, find_leads, find_time
from ecgfuse.recordings.csv.rows import check_end, read_rows
from ecgfuse.recordings.csv.text import Table, sniff_table
from ecgfuse.recordings.csv.time import EvenTime, rate_of, seconds_of
from ecgfuse.recordings.recording import BLOCK, Recording, agreed_fs, lead_numbers
from ecgfuse.recordings.units import given_factor, mv_factor, to_mv

_TIMES = 1 << 16
"""Number of times from which the sampling rate is computed."""
_LARGEST_MV = 20.0
"""The median amplitude of an ECG is far below this."""


def open_csv(path: Path, *, fs: float | None, units: str | None) -> Recording:
    """Open a table separated by comma, semicolon, tab or spaces, with or without a header line.

    The sampling rate is given by the user, or follows from a column with a name such as "time",
    "t", "ms" or "time (s)"; columns such as "sample" or "index" are ignored. The unit of a lead is
    that in its name, as in "II (uV)", else given by the user, else mV. Empty cells, "-" and "nan"
    are NaN. Blank lines are skipped, except in a table of one column, where they are empty cells.

    Args:
        fs: sampling rate in Hz by the user; a time column is then ignored.
        units: unit of the leads by the user.

    Raises:
        ValueError: it is not such a table, is cut in its last line, or has no lead or no rate.
    """
    table = sniff_table(path)
    check_end(table)
    leads = find_leads(table)
    if not leads:
        raise ValueError(f"{path}: has no column except time; add one per lead")
    given_factor(units)
    time = find_time(table) if fs is None else None
    declared, unit_s = (None, 1.0) if time is None else _rate(table, time=time)
    rate = agreed_fs(declared, given=fs, path=path)
    names = tuple(lead.name for lead in leads)

    def read_blocks(wanted: Sequence[str]) -> Iterator[np.ndarray]:
        chosen = [leads[i] for i in lead_numbers(wanted, leads=names, path=path)]
        channels = [_Channel(lead, units=units, path=path) for lead in chosen]
        return _read(table, channels=channels, time=time, unit_s=unit_s, fs=rate)

    return Recording(
        name=path.stem,
        path=path,
        fs=rate,
        leads=names,
        n_samples=None,
        start=None,
        read_blocks=read_blocks,
    )


class _Channel:
    """A column to read, and the conversion of its numbers to mV.

    Raises:
        ValueError: its unit is not usable.
    """

    def __init__(self, lead: Lead, *, units: str | None, path: Path) -> None:
        self.column = lead.column
        self._lead = lead.name
        self._path = path
        self._is_guess = not lead.unit and units is None
        self._factor = mv_factor(lead.unit or units or "mV", given=units, lead=lead.name, path=path)

    def mv(self, values: np.ndarray) -> np.ndarray:
        """Numbers (n,) -> float32 in mV."""
        mv = to_mv(values, factor=self._factor, lead=self._lead, path=self._path)
        if self._is_guess and not np.isnan(mv).all():
            median = float(np.nanmedian(np.abs(mv)))
            if median > _LARGEST_MV:
                raise ValueError(
                    f"{self._path}: lead {self._lead} has a median amplitude of {median:g}, too "
                    "large for an ECG in mV; set its unit with --units, such as --units uV, or "
                    "convert it"
                )
            self._is_guess = False
        return mv


def _rate(table: Table, *, time: TimeColumn) -> tuple[float, float]:
    """Sampling rate in Hz from the first times, and the unit of the times in seconds."""
    texts = _text_columns(table, time=time)
    first = next(read_rows(table, columns=[time.column], texts=texts, n_rows=_TIMES))
    times = seconds_of(first[time.column], path=table.path)
    return rate_of(times, seconds=1.0 if texts else time.seconds, path=table.path)


def _read(
    table: Table,
    *,
    channels: Sequence[_Channel],
    time: TimeColumn | None,
    unit_s: float,
    fs: float,
) -> Iterator[np.ndarray]:
    """Blocks (n, n_channels) float32 in mV; a time column must be evenly spaced."""
    columns = [channel.column for channel in channels]
    clock = EvenTime(fs, path=table.path)
    for rows in read_rows(
        table,
        columns=columns if time is None else [*columns, time.column],
        texts=() if time is None else _text_columns(table, time=time),
        n_rows=BLOCK,
    ):
        if time is not None:
            clock.check(seconds_of(rows[time.column], path=table.path) * unit_s)
        yield np.stack([c.mv(rows[c.column].to_numpy()) for c in channels], axis=1)


def _text_columns(table: Table, *, time: TimeColumn) -> list[int]:
    """The time column, if its first cell is not a number, such as "0:00.003" (minutes)."""
    cells = table.rows[0][time.column : time.column + 1]
    return [] if all(map(table.is_number, cells)) else [time.column]
