"""The patient's own median beat, the reference for each beat.

S, V and F beats differ from the patient's normal beat, whatever that looks like. The median over
the record needs no labels, so it is available for new patients.
"""

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import uniform_filter1d

from ecgfuse.rr.intervals import rr_intervals

_LOCAL_BEATS = 10
_EARLY = 0.98
"""A beat is early if its RR interval is shorter than this share of the mean of the last ten. The
margin excludes the half of the beats of a steady rhythm that are slightly below the mean."""
_SMOOTH = 9
_LEAST_SPREAD = 0.05
"""In SD of the beat, added to the spread. Without it every beat of a noise-free recording would be
unusual."""
_COLUMNS = 16
"""Columns per call of the median: it copies them, and a day has 100,000 beats."""
_LIMIT = 20.0
"""Limit of the deviation: 20 times the usual difference is as clear as 200 times."""


def not_early(times_s: np.ndarray) -> np.ndarray:
    """Which inner beats are not early, (n_beats - 2,) bool; the first is always True.

    Ectopic beats are usually early, and if they are frequent (bigeminy, long runs) the median over
    all beats is ectopic. Beats that are not early are more often normal. Causal: nothing later
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
    """The reference of every beat: the median over usable beats.

    Args:
        segments: (n_beats, length), all beats of one record in order of time.
        usable: (n_beats,) bool, the beats that enter the median; the first must be one of them.
        reference: "record" takes the median over the whole record, "causal" over the beats up to
            and including each beat, as a monitor can.
        n_beats: number of usable beats in the causal median.

    Returns:
        (n_beats, length) float32 if causal; else (1, length), one for all beats.
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

    The difference from the median beat, divided by the median of its absolute value over the usable
    beats. So the changing P wave of atrial fibrillation, or noise, counts little in a patient who
    always has it, and much in one who never does.

    Args:
        differences: (n_beats, length), beats minus their `reference_beats`, in SD of the beat.
        usable: as for `reference_beats`.
        reference: as for `reference_beats`.
        n_beats: as for `reference_beats`.
    """
    spread = reference_beats(
        np.abs(differences), usable=usable, reference=reference, n_beats=n_beats
    )
    # The spread of single samples is noisy; smoothed over 9 of 128 it follows the waves.
    smooth = uniform_filter1d(spread, size=_SMOOTH, axis=1, mode="nearest")
    result = differences / (smooth + _LEAST_SPREAD)
    return np.clip(result, -_LIMIT, _LIMIT, out=result)


def _running_median(segments: np.ndarray, *, n_beats: int) -> np.ndarray:
    """The median over each segment and up to `n_beats` - 1 before it."""
    result = np.empty_like(segments)
    start = min(n_beats, len(segments))
    for i in range(start):  # start of the record: as many beats as there are
        result[i] = np.median(segments[: i + 1], axis=0)
    windows = sliding_window_view(segments, start, axis=0)  # (n - start + 1, length, start)
    for first in range(0, len(windows), 256):  # in blocks, since copies of all need gigabytes
        block = windows[first : first + 256]
        result[start - 1 + first : start - 1 + first + len(block)] = np.median(block, axis=2)
    return result
