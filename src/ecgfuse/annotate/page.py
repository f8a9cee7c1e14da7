"""Summary page of an annotated recording."""

from datetime import datetime
from functools import partial

import numpy as np
import pandas as pd

from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.clock import Clock, format_duration
from ecgfuse.annotate.quality import UNCLASSIFIED
from ecgfuse.annotate.statistics import PAUSE_S, RUN_BEATS, known_intervals
from ecgfuse.annotate.summary import RecordingSummary
from ecgfuse.pipeline.templates import template_environment
from ecgfuse.plots.strips import (
    STRIP_S,
    STRIP_SIZE,
    TACHOGRAM_SIZE,
    Strip,
    draw_strip,
    draw_tachogram,
)

_SHOWN = 12
"""Maximum number of runs and of pauses in the tables."""
_DRAWN = 3
"""Number of these shown as strips."""


def render_page(
    annotation: Annotation, *, summary: RecordingSummary, start: datetime | None
) -> str:
    """Render the page as self-contained HTML.

    Args:
        start: date and time of the first sample, if known.
    """
    environment = template_environment("annotate")
    duration_s, beats, classes = summary["duration_s"], annotation.beats, annotation.classes
    environment.filters["clock"] = Clock(start, duration_s=duration_s)
    environment.filters["duration"] = format_duration
    return environment.get_template("page.html.j2").render(
        **{**summary, "start": start},
        shown=_SHOWN,
        classes=classes,
        run_beats=RUN_BEATS,
        pause_s=PAUSE_S,
        tachogram=draw_tachogram(
            beats, rr=known_intervals(beats), duration_s=duration_s, classes=classes.names[1:]
        )
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
    """Class -> strips of up to three beats: highest, median and lowest probability."""
    times = annotation.beats["time_s"].to_numpy()
    draw = partial(draw_strip, annotation.filtered, fs=annotation.fs, beats=annotation.beats)
    return {
        name: [
            (title, draw(middle_s=times[index], chosen=index))
            for title, index in choose_examples(annotation.beats, name=name)
        ]
        for name in annotation.classes.columns
    }


def _moments(annotation: Annotation, times_s: list[float]) -> list[Strip]:
    """Strips around the first few of these times."""
    draw = partial(draw_strip, annotation.filtered, fs=annotation.fs, beats=annotation.beats)
    return [draw(middle_s=time_s) for time_s in times_s[:_DRAWN]]


def choose_examples(beats: pd.DataFrame, *, name: str) -> list[tuple[str, int]]:
    """Choose example beats of a class: their titles and rows.

    Of unclassified beats, the first one for each reason.
    """
    rows = np.flatnonzero((beats["class"] == name).to_numpy())
    if len(rows) == 0:
        return []
    if name == UNCLASSIFIED:
        flags = beats["flag"].to_numpy()[rows]
        return [(str(flag), int(rows[flags == flag][0])) for flag in np.unique(flags)]
    probability = beats[f"p_{name}"].to_numpy()[rows]
    order = rows[np.argsort(-probability, kind="stable")]
    places = dict.fromkeys([0, len(order) // 2, len(order) - 1])
    return [(f"p = {beats[f'p_{name}'].iat[order[i]]:.2f}", int(order[i])) for i in places]
