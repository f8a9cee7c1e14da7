"""A table of numbers with one line per sample -> a Recording."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ecgfuse.recordings.csv.channel import Channel
from ecgfuse.recordings.csv.columns import Lead, check_form, find_leads
from ecgfuse.recordings.csv.faults import check_end
from ecgfuse.recordings.csv.rows import read_rows
from ecgfuse.recordings.csv.sampling import Sampling, find_sampling, next_times
from ecgfuse.recordings.csv.table import Table
from ecgfuse.recordings.csv.text import sniff_table
from ecgfuse.recordings.recording import BLOCK, Origin, Recording, lead_numbers
from ecgfuse.recordings.units import given_factor


def open_csv(path: Path, *, fs: float | None, units: str | None) -> Recording:
    """Open a table separated by comma, semicolon, tab, bar or spaces, with or without names.

    The sampling rate is given by the user, declared above the table, or follows from a column of
    times; columns that only count or rise are never leads. The unit of a lead is that in its name,
    as in "II (uV)", below the names or above the table, else given by the user, else mV. Empty
    cells, "-" and "nan" are NaN. Blank lines are skipped, except in a table of one column, where
    they are empty cells.

    Args:
        fs: sampling rate in Hz by the user; a time column is then ignored.
        units: unit of the leads by the user.

    Raises:
        ValueError: it is not such a table, is cut in its last line, or has no lead or no rate.
    """
    table = sniff_table(path)
    check_end(table)
    check_form(table)
    leads = find_leads(table)
    if not leads:
        raise ValueError(f"{path}: has no column except time and counters; add one per lead")
    given_factor(units)
    sampling = find_sampling(table, given=fs)
    names = tuple(lead.name for lead in leads)

    def read_blocks(wanted: Sequence[str]) -> Iterator[np.ndarray]:
        chosen = [leads[i] for i in lead_numbers(wanted, leads=names, path=path)]
        channels = [Channel(lead, units=units, path=path) for lead in chosen]
        return _read(table, channels=channels, sampling=sampling)

    return Recording(
        name=path.stem,
        path=path,
        fs=sampling.fs,
        leads=names,
        n_samples=None,
        start=None,
        read_blocks=read_blocks,
        origins={lead.name: _origin(lead, sampling=sampling, units=units) for lead in leads},
    )


def _origin(lead: Lead, *, sampling: Sampling, units: str | None) -> Origin:
    unit_from = lead.unit_from or ("assumed" if units is None else "--units")
    return Origin(
        column=lead.column + 1,
        unit=lead.unit.strip("()[] ") or units or "mV",
        unit_from=unit_from,
        fs_from=sampling.source,
    )


def _read(table: Table, *, channels: Sequence[Channel], sampling: Sampling) -> Iterator[np.ndarray]:
    """Blocks (n, n_channels) float32 in mV; a time column must be evenly spaced."""
    columns = [channel.column for channel in channels]
    time = sampling.time
    clock = sampling.clock(path=table.path)
    last: float | None = None
    for rows in read_rows(
        table,
        columns=columns if time is None else [*columns, time.column],
        texts=[time.column] if time is not None and time.is_text else (),
        n_rows=BLOCK,
        may_restart=time is not None,
    ):
        if time is not None:
            times = next_times(rows[time.column], time=time, before=last, path=table.path)
            present = times[np.isfinite(times)]
            last = float(present[-1]) if len(present) else last
            clock.check(times * sampling.unit_s)
        yield np.stack([c.mv(rows[c.column].to_numpy()) for c in channels], axis=1)
