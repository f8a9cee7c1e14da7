"""The times of beats as if no stretch without a usable signal lay between them."""

import numpy as np

_LOCAL_BEATS = 10


def bridge_gaps(times_s: np.ndarray, *, broken: np.ndarray) -> np.ndarray:
    """Times with the intervals that are not known replaced by the median of the ten before.

    Where there is none before, the first ten that are known stand in for them. An hour without a
    signal is no interval of an hour, which would make the next ten beats early.

    Args:
        times_s: (n_beats,), of the R peaks, in seconds.
        broken: (n_beats - 1,) bool, the intervals that are not known.
    """
    intervals = np.diff(times_s)
    known = intervals[~broken]
    if len(known) == 0:
        return times_s
    for index in np.flatnonzero(broken):
        past = intervals[max(0, index - _LOCAL_BEATS) : index]
        intervals[index] = np.median(past if len(past) else known[:_LOCAL_BEATS])
    return times_s[0] + np.concatenate([[0.0], np.cumsum(intervals)])
