"""The time column of a table: its sampling rate, and a check that it is evenly spaced."""

import math
from pathlib import Path

import numpy as np

from ecgfuse.recordings.recording import FS_RANGE

_TOLERANCE = 0.01
_LATEST = 1e20
_ROUNDING = 2e-4
_ROBUST_STEPS = 1000
"""Steps over which a first, median rate is computed, so that jumps in the times show."""
GUESSES_S = (1.0, 1e-3, 1e-6, 1e-9, 60.0, 3600.0, 86_400.0)
"""Candidate units of times without one: at most one gives the rate of an ECG."""


def sane(times: np.ndarray) -> np.ndarray:
    """Times with absurd ones replaced by NaN: their differences could overflow."""
    return np.where(np.abs(times) < _LATEST, times, np.nan)


def rate_of(times: np.ndarray, *, seconds: float | None, path: Path) -> tuple[float, float]:
    """The sampling rate that follows from the first times of a file.

    Args:
        times: (n,) in the unit of the file; NaN where missing.
        seconds: that unit in seconds; None if unknown.

    Returns:
        The rate in Hz, and the unit in seconds.

    Raises:
        ValueError: they do not increase, not evenly within 1 %, or may be sample numbers.
    """
    times = _between(times)
    n = max(min(_ROBUST_STEPS, (len(times) - 1) // 2), 1)
    lasted = float(np.median(times[n:] - times[:-n])) if len(times) > n else 0.0
    if not lasted > 0:
        raise ValueError(
            f"{path}: its time column does not increase, so the sampling rate is unknown; set it "
            "with --fs"
        )
    if seconds is None and np.all(np.diff(times) == 1):
        raise ValueError(
            f"{path}: its time column counts by one, which may be milliseconds or samples; set the "
            "sampling rate with --fs, or name the unit, such as 'time (ms)'"
        )
    low, high = FS_RANGE
    guesses = [s for s in GUESSES_S if low <= _whole(n / lasted / s) <= high]
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


def agrees(times: np.ndarray, *, fs: float) -> bool:
    """Whether times (n,) in seconds, which may jitter, last as long as samples at a rate in Hz."""
    times = _between(times)
    n = max(min(round(2 * fs), (len(times) - 1) // 4), 1)
    if len(times) <= n:
        return False
    # The median, so that a gap is found by the check, and not taken for another rate.
    lasted, expected = float(np.median(times[n:] - times[:-n])), n / fs
    return abs(lasted - expected) <= 0.1 * expected + 1 / fs


def _between(times: np.ndarray) -> np.ndarray:
    """Times from the first to the last that is not missing, interpolated between."""
    present = np.flatnonzero(np.isfinite(times))
    if len(present) == 0:
        return np.empty(0)
    return np.interp(np.arange(present[0], present[-1] + 1), present, times[present])


def _whole(fs: float) -> float:
    """A rate rounded to an integer if it is close to one: times are often rounded to ms."""
    is_whole = math.isfinite(fs) and abs(fs - round(fs)) < _ROUNDING * fs
    return float(round(fs)) if is_whole else fs


class EvenTime:
    """Checks block by block that each second of a time column lasts a second within 1 %.

    Single steps are not checked, since times are rounded: at 360 Hz, steps of 2 and 3 ms
    alternate. Missing times are interpolated.
    """

    JITTER_S = 1.0
    """Jitter of the times at which a computer received samples."""

    def __init__(self, fs: float, *, path: Path, jitter_s: float = 0.0) -> None:
        """Start with the first block.

        Args:
            fs: sampling rate in Hz.
            path: the file, for messages.
            jitter_s: additional tolerance in seconds, where the rate is known otherwise.
        """
        self._fs = fs
        self._path = path
        # One sample more, since the resolution of the times may be no better.
        self._slack_s = 1 / fs + jitter_s
        self._before = np.empty(0)

    def check(self, times: np.ndarray) -> None:
        """Check the next times (n,), in seconds; NaN where missing.

        Raises:
            ValueError: they jump, stand still or go back.
        """
        times = self._filled(np.concatenate([self._before, times]))
        n = max(min(round(self._fs), (len(times) - 1) // 2), 1)
        steps = np.diff(times)
        lasted = times[n:] - times[:-n]
        even = np.abs(lasted - n / self._fs) <= _TOLERANCE * n / self._fs + self._slack_s
        if not (even.all() and (steps > -self._slack_s).all()):
            at = times[np.argmax(np.abs(steps - 1 / self._fs))]
            raise ValueError(
                f"{self._path}: its time column is not evenly spaced within 1 % at {at:g} s; cut "
                "the file there, or set the sampling rate with --fs to ignore the column"
            )
        self._before = times[-n:]

    def _filled(self, times: np.ndarray) -> np.ndarray:
        """Times with missing ones interpolated, and at the ends extrapolated."""
        present = np.flatnonzero(np.isfinite(times))
        if len(present) in (0, len(times)):
            return np.arange(len(times)) / self._fs if len(present) == 0 else times
        places = np.arange(len(times))
        first, last = present[0], present[-1]
        filled = np.interp(places, present, times[present])
        filled[:first] -= (first - places[:first]) / self._fs
        filled[last + 1 :] += (places[last + 1 :] - last) / self._fs
        return filled
