"""A strip on ECG paper: 25 mm/s, 10 mm/mV, with a calibration pulse and the class of each beat."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.annotate.classes import ABNORMAL
from ecgfuse.annotate.clock import Clock
from ecgfuse.serve.analysis.pyramid import read_index
from ecgfuse.serve.analysis.windows import read_window
from ecgfuse.serve.exports.paper import INK, MM_PER_MV, MM_PER_S, PULSE, PaperLead
from ecgfuse.serve.exports.picture import Curve, Grid, Picture, Words
from ecgfuse.serve.exports.tables import NOTICE

ROW_S = 10.0
"""Longest row; a longer strip has several."""
MOST_S = 60.0
MOST_ROWS = 24
"""Rows of all leads together."""
COLOURS = {
    "N": "#4d4d4d",
    "S": "#0072b2",
    "V": "#c8102e",
    "F": "#7b2d8b",
    "Q": "#000000",
    ABNORMAL: "#b34700",
}
"""Of the letters of the classes; they can be told apart by colour-blind people, too."""

_MARGIN, _HEAD, _FOOT = 8.0, 14.0, 9.0
_LETTERS = 6.0
"""Space above a row."""
_POINTS_PER_MM = 8


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What is written on a strip."""

    name: str
    """Of the recording."""
    model: str
    start: datetime | None = None
    """Date and time of the first sample, if known."""
    notice: str = NOTICE


def draw_strip(
    pyramid: Path,
    *,
    beats: pd.DataFrame,
    leads: Sequence[str],
    from_s: float,
    to_s: float,
    caption: Caption,
) -> Picture:
    """Draw a part of a recording.

    Args:
        pyramid: folder of its signals.
        beats: table of beats with the columns time_s and class.
        leads: names of the leads, one or more.
        from_s: begin of the part in seconds; what lies outside of the recording is left out.
        to_s: its end, at most `MOST_S` later.
        caption: what is written on it.

    Raises:
        ValueError: there is no such lead, or the part is empty or too long.
    """
    duration_s = read_index(pyramid).duration_s
    from_s, to_s = max(from_s, 0.0), min(to_s, duration_s)
    _check(from_s, to_s, leads=leads)
    rows = _rows(from_s, to_s)
    length = (rows[0][1] - rows[0][0]) * MM_PER_S
    points = ceil((to_s - from_s) * MM_PER_S * _POINTS_PER_MM)
    curves = [
        PaperLead(window)
        for window in read_window(pyramid, leads=leads, from_s=from_s, to_s=to_s, points=points)
    ]
    things: list[Grid | Curve | Words] = []
    clock = Clock(caption.start, duration_s=duration_s)
    y = _MARGIN + _HEAD
    for row in rows:
        y += _LETTERS
        things += _letters(beats, row=row, y=y - 1.5)
        for lead in curves:
            things += lead.draw(row=row, x=_MARGIN, y=y, width=PULSE + length)
            y += lead.height
        things.append(_words(_MARGIN, y + 3.5, clock(row[0]), size=2.2))
        y += 4.5
    things += _captions(caption, length=length, y=y, part=f"{clock(from_s)} - {clock(to_s)}")
    return Picture(
        width=2 * _MARGIN + PULSE + length,
        height=y + _FOOT,
        title=f"{caption.name}, {', '.join(leads)}, {clock(from_s)} to {clock(to_s)}",
        things=things,
    )


def _check(from_s: float, to_s: float, *, leads: Sequence[str]) -> None:
    if not leads:
        raise ValueError("no lead is named; choose one or more")
    if not to_s - from_s > 0:
        raise ValueError("the part is empty, or outside of the recording; choose another one")
    if to_s - from_s > MOST_S + 1e-6:
        raise ValueError(
            f"the part has {to_s - from_s:.1f} s, but a strip may have {MOST_S:g} s; choose a "
            "shorter one"
        )
    if len(leads) * len(_rows(from_s, to_s)) > MOST_ROWS:
        raise ValueError(
            f"{len(leads)} leads of {to_s - from_s:.1f} s do not fit on a page; choose fewer leads "
            "or a shorter part"
        )


def _rows(from_s: float, to_s: float) -> list[tuple[float, float]]:
    """Begin and end of each row in seconds."""
    n_rows = max(1, ceil((to_s - from_s) / ROW_S - 1e-9))
    return [(from_s + i * ROW_S, min(from_s + (i + 1) * ROW_S, to_s)) for i in range(n_rows)]


def _letters(beats: pd.DataFrame, *, row: tuple[float, float], y: float) -> Iterator[Words]:
    """The class of each beat above its R peak."""
    times = beats["time_s"].to_numpy()
    first, end = np.searchsorted(times, row)
    names = beats["class"].to_numpy()[first:end].tolist()
    for time, name in zip(times[first:end].tolist(), names, strict=True):
        yield Words(
            x=_MARGIN + PULSE + (time - row[0]) * MM_PER_S,
            y=y,
            text=str(name)[:1].upper(),
            size=2.6,
            colour=COLOURS.get(name, INK),
            anchor="middle",
            is_bold=name != "N",
        )


def _captions(caption: Caption, *, length: float, y: float, part: str) -> Iterator[Words]:
    right = _MARGIN + PULSE + length
    yield _words(_MARGIN, _MARGIN + 4, caption.name, size=3.4, is_bold=True)
    yield _words(_MARGIN, _MARGIN + 9.5, f"{part}   {MM_PER_S:g} mm/s   {MM_PER_MV:g} mm/mV")
    yield Words(
        x=right,
        y=_MARGIN + 4,
        text=f"ecgfuse, model {caption.model}",
        size=2.4,
        colour=INK,
        anchor="end",
    )
    yield _words(_MARGIN, y + 4, caption.notice, size=2.2)


def _words(x: float, y: float, text: str, *, size: float = 2.6, is_bold: bool = False) -> Words:
    return Words(x=x, y=y, text=text, size=size, colour=INK, is_bold=is_bold)
