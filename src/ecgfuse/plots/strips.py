"""Curves of the annotation page as SVG: the page needs no script and no image file.

Positions are in units of the viewBox of the template; y grows downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

STRIP_S = 6.0
"""Length of a strip, in seconds."""
STRIP_SIZE = (600, 130)
TACHOGRAM_SIZE = (1000, 220)

_LONGEST_RR_S = 2.5
"""Top of the tachogram; longer intervals are drawn at the top."""
_LEAST_SWING_MV = 1.0  # least height of a strip, so that noise does not fill it
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
    """Height of the strip, in mV."""


def draw_strip(
    filtered: np.ndarray,
    *,
    fs: float,
    beats: pd.DataFrame,
    middle_s: float,
    chosen: int | None = None,
) -> Strip:
    """Draw a few seconds around a moment.

    Args:
        filtered: (n_samples,) in mV.
        fs: in Hz.
        beats: all beats of the recording.
        middle_s: the moment.
        chosen: row of the beat that the strip is an example of, if any.
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
    """Points of polylines, one for each stretch of known intervals."""
    dots: dict[str, list[tuple[float, float]]]
    """Class -> positions of its beats, thinned where they would cover each other."""
    ticks: list[tuple[float, float]]
    """x of round times, and the times in seconds."""
    levels: list[tuple[float, str]]
    """y and label of round intervals."""


def draw_tachogram(
    beats: pd.DataFrame, *, rr: np.ndarray, duration_s: float, classes: Sequence[str]
) -> Tachogram:
    """Draw each RR interval at the time of the beat that ends it.

    Args:
        beats: two or more beats.
        rr: (n_beats - 1,) intervals in seconds; NaN are left out.
        duration_s: of the recording.
        classes: names of the classes whose beats are drawn as dots.
    """
    width, height = TACHOGRAM_SIZE
    x = beats["time_s"].to_numpy()[1:] * (width / duration_s)
    y = height * (1 - np.minimum(rr, _LONGEST_RR_S) / _LONGEST_RR_S)
    known = np.isfinite(rr)
    curves = [
        polyline(*thin(x[part], y[part], n_columns=ceil(x[part][-1] - x[part][0]) + 1))
        for part in np.ma.clump_unmasked(np.ma.masked_array(y, mask=~known))
    ]
    dots = {}
    for name in classes:
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
    """Lowest and highest point of each column, in order of x; unchanged if there are few points."""
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
