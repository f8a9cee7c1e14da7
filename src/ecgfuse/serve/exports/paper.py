"""One lead on ECG paper."""

from collections.abc import Iterator
from math import ceil

import numpy as np

from ecgfuse.serve.analysis.windows import LeadWindow
from ecgfuse.serve.exports.picture import Curve, Grid, Words

MM_PER_S, MM_PER_MV = 25.0, 10.0
PULSE = 12.0
"""Space for the calibration pulse before each row: 5 mm of pulse, and lines before and after."""
INK = "#101010"

_HEIGHTS = (20.0, 60.0)
"""Lowest and highest row of one lead."""
_LARGE, _SMALL = "#f0a0a0", "#fadada"


class PaperLead:
    """A lead to be drawn; its height and middle are the same in all rows."""

    def __init__(self, window: LeadWindow) -> None:
        self.name = window.name
        self._times, self._mv = _points(window)
        present = self._mv[~np.isnan(self._mv)]
        low, high = (float(present.min()), float(present.max())) if len(present) else (0.0, 0.0)
        self._middle = (low + high) / 2
        lowest, highest = _HEIGHTS
        self.height = min(max(5 * ceil(((high - low) * MM_PER_MV + 6) / 5), lowest), highest)

    def draw(
        self, *, row: tuple[float, float], x: float, y: float, width: float
    ) -> Iterator[Grid | Curve | Words]:
        """Paper, calibration pulse, curve and name.

        Args:
            row: begin and end in seconds.
            x: left side.
            y: upper side.
            width: of the paper.
        """
        paper = {"x": x, "y": y, "width": width, "height": self.height}
        yield Grid(**paper, step=1.0, colour=_SMALL, line=0.1)
        yield Grid(**paper, step=5.0, colour=_LARGE, line=0.2)
        middle = y + self.height / 2
        yield _pulse(x + 2.5, middle + MM_PER_MV / 2)
        inside = (self._times >= row[0] - 1e-9) & (self._times <= row[1] + 1e-9)
        places = x + PULSE + (self._times[inside] - row[0]) * MM_PER_S
        height = middle - (self._mv[inside] - self._middle) * MM_PER_MV
        points = np.stack([places, np.clip(height, y, y + self.height)], axis=1)
        for part in _unbroken(points):
            yield Curve(points=part, colour=INK, line=0.25)
        yield Words(x=x + 1, y=y + 3.2, text=self.name, size=2.4, colour=INK, is_bold=True)


def _points(window: LeadWindow) -> tuple[np.ndarray, np.ndarray]:
    """Times and values of a curve; a part of a reduced window is drawn from low to high."""
    if window.values is not None:
        return window.t0_s + np.arange(len(window.values)) * window.dt_s, window.values
    assert window.low is not None, "a window has either samples or extremes"
    assert window.high is not None, "a window has either samples or extremes"
    both = np.stack([window.low, window.high], axis=1).ravel()
    times = window.t0_s + (np.arange(len(both)) + 0.5) * window.dt_s / 2
    return times, both


def _unbroken(points: np.ndarray) -> list[np.ndarray]:
    """Stretches of points (n, 2) without gaps."""
    known = np.flatnonzero(~np.isnan(points[:, 1]))
    stretches = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    return [points[stretch] for stretch in stretches if len(stretch)]


def _pulse(x: float, foot: float) -> Curve:
    """One millivolt for 0.2 s."""
    top = foot - MM_PER_MV
    steps = [(x, foot), (x + 1, foot), (x + 1, top), (x + 6, top), (x + 6, foot), (x + 7, foot)]
    return Curve(points=np.array(steps), colour=INK, line=0.25)
