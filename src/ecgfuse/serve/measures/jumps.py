"""Where the viewer jumps to: the next or previous beat of a class, pause, run, doubt, mismatch."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ecgfuse.annotate.statistics import find_pauses, find_runs, known_intervals
from ecgfuse.serve.measures.beats import classes_of
from ecgfuse.serve.measures.doubt import doubtful
from ecgfuse.serve.measures.groups import connected_groups

MISMATCH = "mismatch"


def pause_samples(beats: pd.DataFrame) -> np.ndarray:
    """Samples of the beats before a pause, ascending."""
    starts = [pause["start_s"] for pause in find_pauses(beats, rr=known_intervals(beats))]
    return _samples_at(beats, times_s=starts)


def run_samples(beats: pd.DataFrame) -> np.ndarray:
    """Samples of the first beats of runs, ascending."""
    groups = connected_groups(beats, names=classes_of(beats).grouped)
    return _samples_at(beats, times_s=[run["start_s"] for run in find_runs(groups)])


def doubt_samples(beats: pd.DataFrame) -> np.ndarray:
    """Samples of the doubtful beats, ascending."""
    return beats["sample"].to_numpy()[doubtful(beats)]


PLACES: Mapping[str, Callable[[pd.DataFrame], np.ndarray]] = {
    "pause": pause_samples,
    "run": run_samples,
    "doubt": doubt_samples,
}
"""Kind of place, beside the classes and mismatches -> table of beats to samples, ascending."""


def places_of(beats: pd.DataFrame, *, kind: str) -> np.ndarray:
    """Samples of all places of a kind, ascending.

    Args:
        beats: table of beats with the columns class and model_class.
        kind: a class, or a key of `PLACES`.
    """
    if kind in PLACES:
        return PLACES[kind](beats)
    return beats["sample"].to_numpy()[(beats["class"] == kind).to_numpy()]


def next_place(samples: np.ndarray, *, from_sample: float, direction: int) -> int | None:
    """The first sample after, or the last one before a place; None if there is none.

    Args:
        samples: (n,), ascending.
        from_sample: a place, which need not be whole; within half a sample of it is not beyond it.
        direction: 1 forward, -1 backward.
    """
    if direction > 0:
        beyond = samples[samples > from_sample + 0.5]
        return int(beyond[0]) if len(beyond) else None
    before = samples[samples < from_sample - 0.5]
    return int(before[-1]) if len(before) else None


def _samples_at(beats: pd.DataFrame, *, times_s: list[float]) -> np.ndarray:
    """Samples of the beats nearest to these times, ascending; the times are rounded to 1 ms."""
    if not times_s:
        return np.empty(0, dtype=np.int64)
    known = beats["time_s"].to_numpy()
    middles = (known[1:] + known[:-1]) / 2
    return beats["sample"].to_numpy()[np.searchsorted(middles, np.sort(times_s))]
