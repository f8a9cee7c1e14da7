"""One page that tells what was found in a recording."""

from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.clock import Clock, format_duration
from ecgfuse.annotate.drawing import (
    STRIP_S,
    STRIP_SIZE,
    TACHOGRAM_SIZE,
    Strip,
    draw_strip,
    draw_tachogram,
)
from ecgfuse.annotate.quality import UNJUDGED
from ecgfuse.annotate.statistics import ECTOPIC, RUN_BEATS, known_intervals
from ecgfuse.records.annotations import CLASSES
from ecgfuse.templates import template_environment

NAMES = {
    "N": "normal and bundle branch block",
    "S": "supraventricular ectopic",
    "V": "ventricular ectopic",
    "F": "fusion of ventricular and normal",
    UNJUDGED: "cannot be judged",
}
_SHOWN = 12
"""Runs and pauses in the tables, at most."""
_DRAWN = 3
"""Of them with a strip."""


def render_page(annotation: Annotation, *, summary: dict[str, Any], start: datetime | None) -> str:
    """The page as HTML that needs no other file.

    Args:
        summary: as `annotate_file` gives it, without the files.
        start: wall clock of the first sample, if it is known.
    """
    environment = template_environment("annotate")
    duration_s, beats = summary["duration_s"], annotation.beats
    environment.filters["clock"] = Clock(start, duration_s=duration_s)
    environment.filters["duration"] = format_duration
    return environment.get_template("page.html.j2").render(
        **{**summary, "start": start},
        shown=_SHOWN,
        classes=CLASSES,
        columns=(*CLASSES, UNJUDGED),
        names=NAMES,
        ectopic=ECTOPIC,
        run_beats=RUN_BEATS,
        tachogram=draw_tachogram(beats, rr=known_intervals(beats), duration_s=duration_s)
        if len(beats) > 1
        else None,
        tachogram_size=TACHOGRAM_SIZE,
        strip_size=STRIP_SIZE,
        strip_s=STRIP_S,
        examples=_examples(annotation),
        run_strips=_moments(annotation, [run["start_s"] for run in summary["runs"]]),
        pause_strips=_moments(
            annotation, [p["start_s"] + p["rr_s"] / 2 for p in summary["pauses"]]
        ),
    )


def _examples(annotation: Annotation) -> dict[str, list[tuple[str, Strip]]]:
    """Class -> up to three beats of it, the surest, a middling and the least sure, as strips."""
    times = annotation.beats["time_s"].to_numpy()
    draw = partial(draw_strip, annotation.filtered, fs=annotation.fs, beats=annotation.beats)
    return {
        name: [
            (title, draw(middle_s=times[index], chosen=index))
            for title, index in choose_examples(annotation.beats, name=name)
        ]
        for name in (*CLASSES, UNJUDGED)
    }


def _moments(annotation: Annotation, times_s: list[float]) -> list[Strip]:
    """Strips of the first few of these moments."""
    draw = partial(draw_strip, annotation.filtered, fs=annotation.fs, beats=annotation.beats)
    return [draw(middle_s=time_s) for time_s in times_s[:_DRAWN]]


def choose_examples(beats: pd.DataFrame, *, name: str) -> list[tuple[str, int]]:
    """What they are examples of, and their rows."""
    rows = np.flatnonzero((beats["class"] == name).to_numpy())
    if len(rows) == 0:
        return []
    if name == UNJUDGED:
        flags = beats["flag"].to_numpy()[rows]
        return [(str(flag), int(rows[flags == flag][0])) for flag in np.unique(flags)]
    sure = beats[f"p_{name}"].to_numpy()[rows]
    order = rows[np.argsort(-sure, kind="stable")]
    places = dict.fromkeys([0, len(order) // 2, len(order) - 1])
    return [(f"p = {beats[f'p_{name}'].iat[order[i]]:.2f}", int(order[i])) for i in places]
