"""The patient's own median beat, to compare each beat with.

S, V and F beats differ from the patient's normal beat, whatever that looks like; the median over
the record needs no labels, so it can be had of a patient never seen before.
"""

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import uniform_filter1d

from ecgfuse.rr.intervals import rr_intervals

_LOCAL_BEATS = 10
_EARLY = 0.98
"""A beat is early if its RR interval is shorter than this share of the mean of the last ten. Of the
beats of a steady rhythm half are a little shorter than the mean, and they are not meant."""
_SMOOTH = 9
_LEAST_SPREAD = 0.05
"""Sd of the beat. A recording without noise would have every beat called unusual without it."""
_COLUMNS = 16
"""Columns whose median is taken at once: it copies them, and a day has 100,000 beats."""
_LIMIT = 20.0
"""Of the deviation: 20 times the usual difference is as clear as 200 times."""


def not_early(times_s: np.ndarray) -> np.ndarray:
    """Which inner beats do not come early, (n_beats - 2,) bool; the first of them never does.

    Ectopic beats come early as a rule, and where they are many (bigeminy, long runs) the median
    over all beats is one of them. What does not come early is normal more often. Nothing later
    than a beat is used.

    Args:
        times_s: (n_beats,), of the R peaks, in seconds.
    """
    intervals = rr_intervals(times_s, local_beats=_LOCAL_BEATS, causal=True)
    return intervals.pre >= _EARLY * intervals.local


def reference_beats(
    segments: np.ndarray,
    *,
    usable: np.ndarray,
    reference: Literal["record", "causal"],
    n_beats: int,
) -> np.ndarray:
    """The median beat that stands beside every beat.

    Args:
        segments: (n_beats, length), all beats of one record in order of time.
        usable: (n_beats,) bool, the beats that the median is taken over; the first is one of them.
        reference: "record" takes the median over all of them, "causal" over those up to each beat,
            so that a monitor can compute it.
        n_beats: how many usable beats back the causal median reaches.

    Returns:
        (n_beats, length) float32, causal; (1, length), one for all beats, of the record.
    """
    assert usable[0], "the first beat would have no causal reference"
    if reference == "record":
        columns = range(0, segments.shape[1], _COLUMNS)
        parts = [np.median(segments[:, i : i + _COLUMNS][usable], axis=0) for i in columns]
        return np.concatenate(parts)[None].astype(np.float32)
    return _running_median(segments[usable], n_beats=n_beats)[np.cumsum(usable) - 1]


def deviation(
    differences: np.ndarray,
    *,
    usable: np.ndarray,
    reference: Literal["record", "causal"],
    n_beats: int,
) -> np.ndarray:
    """How unusual a beat is for its patient, sample by sample, (n_beats, length).

    The difference from the median beat, over the median of its absolute value among the usable
    beats. So a wandering P wave of atrial fibrillation, or noise, counts for little in a patient
    who always has it, and for much in one who never does.

    Args:
        differences: (n_beats, length), beats minus `reference_beats` of them, in sd of the beat.
        usable, reference, n_beats: as for `reference_beats`.
    """
    spread = reference_beats(
        np.abs(differences), usable=usable, reference=reference, n_beats=n_beats
    )
    # The spread of single samples is rough; over 9 of 128 it follows the waves of the beat.
    smooth = uniform_filter1d(spread, size=_SMOOTH, axis=1, mode="nearest")
    result = differences / (smooth + _LEAST_SPREAD)
    return np.clip(result, -_LIMIT, _LIMIT, out=result)


def _running_median(segments: np.ndarray, *, n_beats: int) -> np.ndarray:
    """The median over each segment and the `n_beats` - 1 before it, as far as there are any."""
    result = np.empty_like(segments)
    start = min(n_beats, len(segments))
    for i in range(start):  # the record begins: as many beats as there are
        result[i] = np.median(segments[: i + 1], axis=0)
    windows = sliding_window_view(segments, start, axis=0)  # (n - start + 1, length, start)
    for first in range(0, len(windows), 256):  # in blocks, the copies would be gigabytes
        block = windows[first : first + 256]
        result[start - 1 + first : start - 1 + first + len(block)] = np.median(block, axis=2)
    return result
