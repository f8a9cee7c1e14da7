"""Beat times with unknown RR intervals bridged."""

import numpy as np

_LOCAL_BEATS = 10


def bridge_gaps(times_s: np.ndarray, *, broken: np.ndarray) -> np.ndarray:
    """Replace each unknown RR interval by the median of the ten intervals before it.

    Without intervals before it, the first ten known ones are used. Otherwise an hour without signal
    would be an RR interval of an hour, and the next ten beats would appear premature.

    Args:
        times_s: (n_beats,) times of the R peaks in seconds.
        broken: (n_beats - 1,) bool, True for unknown intervals.
    """
    intervals = np.diff(times_s)
    known = intervals[~broken]
    if len(known) == 0:
        return times_s
    for index in np.flatnonzero(broken):
        past = intervals[max(0, index - _LOCAL_BEATS) : index]
        intervals[index] = np.median(past if len(past) else known[:_LOCAL_BEATS])
    return times_s[0] + np.concatenate([[0.0], np.cumsum(intervals)])
