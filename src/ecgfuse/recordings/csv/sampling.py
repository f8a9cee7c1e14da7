"""The sampling rate of a table: by the user, declared above it, or by its times."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.recordings.csv.clock import clock_seconds, unwrap_days
from ecgfuse.recordings.csv.columns import TimeColumn, find_times
from ecgfuse.recordings.csv.rows import read_rows
from ecgfuse.recordings.csv.table import Table
from ecgfuse.recordings.csv.time import GUESSES_S, EvenTime, agrees, rate_of, sane
from ecgfuse.recordings.recording import agreed_fs, shown

_TIMES = 1 << 16
"""Number of times from which the sampling rate is computed."""


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """A sampling rate and where it was found."""

    fs: float
    """In Hz."""
    source: str
    time: TimeColumn | None = None
    """The column that is checked to be evenly spaced."""
    unit_s: float = 1.0
    """Unit of its times in seconds."""
    is_declared: bool = False
    """Whether the rate is declared, so that the times may jitter."""

    def clock(self, *, path: Path) -> EvenTime:
        """A check of the times of this column, from the first on."""
        jitter_s = EvenTime.JITTER_S if self.is_declared else 0.0
        return EvenTime(self.fs, path=path, jitter_s=jitter_s)


def find_sampling(table: Table, *, given: float | None) -> Sampling:
    """The sampling rate.

    Args:
        given: rate in Hz by the user; times are then ignored.

    Raises:
        ValueError: there is none, several disagree, or it is not supported.
    """
    declared, path = table.preamble.fs, table.path
    if given is not None:
        return Sampling(fs=agreed_fs(declared, given=given, path=path), source="--fs")
    times = find_times(table)
    if declared is not None:
        fs = agreed_fs(declared, given=None, path=path)
        return _beside(table, times=times, fs=fs)
    faults: list[ValueError] = []
    for time in times:
        try:
            fs, unit_s = rate_of(_first_times(table, time=time), seconds=time.seconds, path=path)
        except ValueError as error:
            faults.append(error)
            continue
        return Sampling(
            fs=agreed_fs(fs, given=None, path=path),
            source=_name_of(time),
            time=time,
            unit_s=unit_s,
        )
    if faults:
        raise faults[0]
    return Sampling(fs=agreed_fs(None, given=None, path=path), source="")


def _beside(table: Table, *, times: list[TimeColumn], fs: float) -> Sampling:
    """A declared rate, with the first column of times that agrees with it."""
    source = "the lines above the table"
    rates: list[float] = []
    for time in times:
        first = _first_times(table, time=time)
        for unit_s in (time.seconds,) if time.seconds else GUESSES_S:
            if agrees(first * unit_s, fs=fs) and np.ptp(first[np.isfinite(first)]) > 0:
                return Sampling(fs=fs, source=source, time=time, unit_s=unit_s, is_declared=True)
        try:
            rates.append(rate_of(first, seconds=time.seconds, path=table.path)[0])
        except ValueError:
            continue  # not evenly spaced, so it shows no other rate
    if rates:
        raise ValueError(
            f"{table.path}: declares a sampling rate of {fs:g} Hz, but its time column gives "
            f"{rates[0]:g} Hz; correct the file, or delete one of them"
        )
    return Sampling(fs=fs, source=source)


def _first_times(table: Table, *, time: TimeColumn) -> np.ndarray:
    """The first times (n,), in their unit."""
    texts = [time.column] if time.is_text else []
    first = next(read_rows(table, columns=[time.column], texts=texts, n_rows=_TIMES))
    return next_times(first[time.column], time=time, before=None, path=table.path)


def next_times(
    cells: pd.Series, *, time: TimeColumn, before: float | None, path: Path
) -> np.ndarray:
    """Cells of a time column -> numbers (n,) in its unit, NaN if missing.

    Args:
        before: the last time of the lines before, if any.
    """
    if not time.is_text:
        return sane(cells.to_numpy(dtype=np.float64))
    return unwrap_days(clock_seconds(cells, path=path), before=before)


def _name_of(time: TimeColumn) -> str:
    name = shown(time.name, length=40)
    return f"column {time.column + 1}" + (f" ({name})" if name else "")
