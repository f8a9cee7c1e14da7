"""The time column of a table: its sampling rate, and a check that it is evenly spaced."""

import math
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.recordings.recording import FS_RANGE, shown

_TOLERANCE = 0.01
_LATEST = 1e20
_ROUNDING = 2e-4
_ROBUST_STEPS = 1000
"""Steps over which a first, median rate is computed, so that jumps in the times show."""
_GUESSES_S = (1.0, 1e-3, 1e-6)
"""Candidate units of times without one: the first that gives the rate of an ECG is used."""


def seconds_of(cells: pd.Series, *, path: Path) -> np.ndarray:
    """Cells of a time column -> numbers (n,), NaN if missing; "1:02:03.4" becomes seconds.

    Raises:
        ValueError: a cell is neither a number nor a time.
    """
    if cells.dtype != object:
        return _sane(cells.to_numpy(dtype=np.float64))
    total = np.zeros(len(cells))
    parts = cells.astype("string").str.strip("[]\"' ").str.split(":", n=3, expand=True)
    for column in parts.columns[:3]:
        numbers = pd.to_numeric(parts[column], errors="coerce").to_numpy(dtype=np.float64)
        total = np.where(parts[column].isna(), total, total * 60 + numbers)
    if parts.shape[1] > 3 or np.isnan(total).any():
        bad = cells[np.isnan(total)].iloc[:1].to_list() or cells.iloc[:1].to_list()
        raise ValueError(
            f"{path}: the time {shown(bad[0], length=40)!r} is not a number; set the sampling rate "
            "with --fs"
        )
    return _sane(total)


def _sane(times: np.ndarray) -> np.ndarray:
    """Times with absurd ones replaced by NaN: their differences could overflow."""
    return np.where(np.abs(times) < _LATEST, times, np.nan)


def rate_of(times: np.ndarray, *, seconds: float | None, path: Path) -> tuple[float, float]:
    """The sampling rate that follows from the first times of a file.

    Args:
        times: (n,) in the unit of the file.
        seconds: that unit in seconds; None if unknown.

    Returns:
        The rate in Hz, and the unit in seconds.

    Raises:
        ValueError: they do not increase, or not evenly within 1 %.
    """
    n = max(min(_ROBUST_STEPS, (len(times) - 1) // 2), 1)
    lasted = float(np.median(times[n:] - times[:-n])) if len(times) > n else 0.0
    if not lasted > 0:
        raise ValueError(
            f"{path}: its time column does not increase, so the sampling rate is unknown; set it "
            "with --fs"
        )
    low, high = FS_RANGE
    guesses = [s for s in _GUESSES_S if low <= _whole(n / lasted / s) <= high]
    unit = seconds or next(iter(guesses), 1.0)
    rough = _whole(n / lasted / unit)
    if not low <= rough <= high:
        raise ValueError(
            f"{path}: its time column gives a sampling rate of {rough:g} Hz; {low:g} to "
            f"{high:,g} Hz are supported; resample it, or if the times are wrong, set the sampling "
            "rate with --fs"
        )
    EvenTime(rough, path=path).check(times * unit)
    return _whole(float((len(times) - 1) / (times[-1] - times[0]) / unit)), unit


def _whole(fs: float) -> float:
    """A rate rounded to an integer if it is close to one: times are often rounded to ms."""
    is_whole = math.isfinite(fs) and abs(fs - round(fs)) < _ROUNDING * fs
    return float(round(fs)) if is_whole else fs


class EvenTime:
    """Checks block by block that each second of a time column lasts a second within 1 %.

    Single steps are not checked, since times are rounded: at 360 Hz, steps of 2 and 3 ms
    alternate.
    """

    def __init__(self, fs: float, *, path: Path) -> None:
        self._fs = fs
        self._path = path
        self._before = np.empty(0)

    def check(self, times: np.ndarray) -> None:
        """Check the next times (n,), in seconds.

        Raises:
            ValueError: they jump, stand still or go back.
        """
        times = np.concatenate([self._before, times])
        n = max(min(round(self._fs), (len(times) - 1) // 2), 1)
        steps = np.diff(times)
        lasted = times[n:] - times[:-n]
        # One sample more, since the resolution of the times may be no better.
        even = np.abs(lasted - n / self._fs) <= _TOLERANCE * n / self._fs + 1 / self._fs
        if not (even.all() and (steps >= 0).all()):
            at = times[np.argmax(np.abs(steps - 1 / self._fs))]
            raise ValueError(
                f"{self._path}: its time column is not evenly spaced within 1 % at {at:g} s; cut "
                "the file there, or set the sampling rate with --fs to ignore the column"
            )
        self._before = times[-n:]
