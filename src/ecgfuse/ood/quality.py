"""Signal quality of a single beat: rules that a heartbeat of 187 samples keeps.

The limits lie outside of what DS1 of the MIT-BIH Arrhythmia Database has but for single beats: 18
of 45,845 N, 3 of 3,788 V, 1 of 415 F and none of the 943 S and 8 Q beats are rejected.
"""

from typing import Literal

import numpy as np

Fault = Literal["", "range", "empty", "short", "flat", "clipped", "rough", "no R peak"]
"""Why a beat is not usable; empty if it is. range: a sample is not a number in [0, 1]; empty: only
zeros; short: a rate above 200 per minute; flat: a line of 200 ms or more; clipped: a plateau at the
top; rough: noise as large as the beat; no R peak: nothing steep at the beginning."""

_LEAST_LENGTH = 45  # samples; a piece is 1.2 RR intervals, and the shortest in DS1 has 52
_LEAST_SPAN = 0.02  # of the range of the window of 10 s
_UNCHANGED = 0.0005  # of the span of the beat: less than a unit of most converters
_FLAT_RUN = 25  # samples without a change, 200 ms
_TOP = 0.005  # of the span
_TOP_RUN = 7  # samples, 56 ms
_ROUGH = 0.3  # RMS of the second difference as a share of the span
_QRS = 13  # samples, 104 ms
_LEAST_STEEP = 0.03  # of the span per sample


def find_faults(ecg: np.ndarray) -> np.ndarray:
    """The first fault of each beat, in the order of `Fault`, (n_beats,) str; empty if it has none.

    Args:
        ecg: (n_beats, 187), from the R peak on, followed by zeros.
    """
    exact = ecg.astype(np.float64)
    known = (exact >= 0) & (exact <= 1)  # not NaN
    exact = np.where(known, exact, 0)
    end = beat_ends(exact)
    inside = np.arange(exact.shape[1]) < end[:, None]
    low = np.where(inside, exact, np.inf).min(axis=1, initial=1)
    high = np.where(inside, exact, -np.inf).max(axis=1, initial=0)
    span = np.maximum(high - low, _UNCHANGED)[:, None]
    slope = np.abs(np.diff(exact, axis=1)) / span
    bend = np.square(np.diff(exact, n=2, axis=1) / span)
    count = np.maximum(inside[:, 2:].sum(axis=1), 1)
    faults: dict[Fault, np.ndarray] = {
        "no R peak": slope[:, : _QRS - 1].max(axis=1) < _LEAST_STEEP,
        "rough": np.sqrt((bend * inside[:, 2:]).sum(axis=1) / count) > _ROUGH,
        "clipped": _longest(inside & (exact >= high[:, None] - _TOP * span)) >= _TOP_RUN,
        "flat": (high - low < _LEAST_SPAN)
        | (_longest((slope < _UNCHANGED) & inside[:, 1:]) >= _FLAT_RUN),
        "short": end < _LEAST_LENGTH,
        "empty": end == 0,
        "range": np.any(~known, axis=1),
    }
    found = np.full(len(ecg), "", dtype="<U9")
    for fault, rejected in faults.items():
        found[rejected] = fault
    return found


def beat_ends(ecg: np.ndarray) -> np.ndarray:
    """Samples of each beat before the zeros that follow it, (n_beats,) int64.

    Args:
        ecg: (n_beats, 187).
    """
    is_signal = ecg != 0
    last = ecg.shape[1] - is_signal[:, ::-1].argmax(axis=1)
    return np.where(is_signal.any(axis=1), last, 0)


def _longest(marked: np.ndarray) -> np.ndarray:
    """Length of the longest run of marked samples in each row, (n_beats,) int64."""
    count = np.cumsum(marked, axis=1)
    before = np.maximum.accumulate(np.where(marked, 0, count), axis=1)
    return (count - before).max(axis=1)
