"""Curves of the page as SVG: the page needs no program and no picture file, and is there at once.

Positions are in units of the viewBox of the template, in which y grows downwards.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from ecgfuse.annotate.lead import runs
from ecgfuse.records.annotations import CLASSES

STRIP_S = 6.0
"""Length of an example."""
STRIP_SIZE = (600, 130)
TACHOGRAM_SIZE = (1000, 220)

_LONGEST_RR_S = 2.5
"""Top of the tachogram; longer intervals are drawn there."""
_LEAST_SWING_MV = 1.0  # height of a strip at least, so that noise does not fill it
_MARGIN = 22  # of a strip, for the letters above the curve


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A class written above its beat."""

    x: float
    name: str
    chosen: bool
    """Whether it is the beat that the strip is an example of."""


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A few seconds of the filtered lead."""

    start_s: float
    curve: str
    """Points of a polyline."""
    seconds: list[float]
    """x of each full second."""
    letters: list[Letter]
    swing_mv: float
    """Height of the strip."""


def draw_strip(
    filtered: np.ndarray,
    *,
    fs: float,
    beats: pd.DataFrame,
    middle_s: float,
    chosen: int | None = None,
) -> Strip:
    """A few seconds around a moment.

    Args:
        filtered: (n_samples,) in mV.
        beats: all beats of the recording.
        chosen: row of the beat that the strip is an example of, if it is one.
    """
    width, height = STRIP_SIZE
    times = beats["time_s"].to_numpy()
    start_s = max(0.0, min(middle_s - STRIP_S / 2, len(filtered) / fs - STRIP_S))
    first = round(start_s * fs)
    part = filtered[first : first + round(STRIP_S * fs)]
    low, high = float(part.min()), float(part.max())
    swing = max(high - low, _LEAST_SWING_MV)
    middle = (low + high) / 2
    x = np.arange(len(part)) * (width / (STRIP_S * fs))
    y = height - (part - middle + swing / 2) / swing * (height - _MARGIN)
    shown = np.flatnonzero((times >= start_s) & (times < start_s + STRIP_S))
    return Strip(
        start_s=start_s,
        curve=polyline(*thin(x, y, n_columns=width)),
        seconds=[
            (second - start_s) * width / STRIP_S
            for second in range(int(np.ceil(start_s)), int(start_s + STRIP_S) + 1)
        ],
        letters=[
            Letter(
                x=round((times[i] - start_s) * width / STRIP_S, 1),
                name=str(beats["class"].iat[i]),
                chosen=i == chosen,
            )
            for i in shown.tolist()
        ],
        swing_mv=swing,
    )


@dataclass(frozen=True, kw_only=True)
class Tachogram:
    """RR intervals over the recording."""

    curves: list[str]
    """Points of polylines, one for each stretch in which all intervals are known."""
    dots: dict[str, list[tuple[float, float]]]
    """Class S, V and F -> places of its beats, thinned where they would cover each other."""
    ticks: list[tuple[float, float]]
    """x of round times, and these in seconds."""
    levels: list[tuple[float, str]]
    """y and label of round intervals."""


def draw_tachogram(beats: pd.DataFrame, *, rr: np.ndarray, duration_s: float) -> Tachogram:
    """Each RR interval at the time of the beat that ends it.

    Args:
        beats: two or more beats.
        rr: (n_beats - 1,) intervals in seconds; those that are NaN are left out.
        duration_s: of the recording.
    """
    width, height = TACHOGRAM_SIZE
    x = beats["time_s"].to_numpy()[1:] * (width / duration_s)
    y = height * (1 - np.minimum(rr, _LONGEST_RR_S) / _LONGEST_RR_S)
    known = np.isfinite(rr)
    curves = [
        polyline(*thin(x[first:end], y[first:end], n_columns=ceil(x[end - 1] - x[first]) + 1))
        for first, end in runs(known).tolist()
    ]
    dots = {}
    for name in CLASSES[1:]:
        drawn = known & (beats["class"].to_numpy()[1:] == name)
        places = np.stack([x[drawn], y[drawn]], axis=1)
        dots[name] = np.unique((places / 2).round() * 2, axis=0).tolist()
    ticks = np.arange(0, duration_s, _tick_step(duration_s))
    return Tachogram(
        curves=curves,
        dots=dots,
        ticks=[(t * width / duration_s, t) for t in ticks.tolist()],
        levels=[(height * (1 - s / _LONGEST_RR_S), f"{s:g} s") for s in (0.5, 1.0, 1.5, 2.0)],
    )


def _tick_step(duration_s: float) -> float:
    steps = (1, 5, 10, 60, 300, 600, 3600, 7200, 14400)
    return next((step for step in steps if duration_s / step <= 10), 86400)


def thin(x: np.ndarray, y: np.ndarray, *, n_columns: int) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest point of each column, in order of x; as it is where points are few."""
    if len(x) <= 2 * n_columns:
        return x, y
    edges = np.linspace(0, len(x), n_columns + 1).astype(np.int64)[:-1]
    keep = np.empty(2 * n_columns, dtype=np.int64)
    ends = np.append(edges[1:], len(x))
    for column, (first, end) in enumerate(zip(edges.tolist(), ends.tolist(), strict=True)):
        part = y[first:end]
        keep[2 * column : 2 * column + 2] = sorted(
            (first + int(part.argmin()), first + int(part.argmax()))
        )
    return x[keep], y[keep]


def polyline(x: np.ndarray, y: np.ndarray) -> str:
    """The points of an SVG polyline."""
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
