"""RR intervals around each beat, their local and overall means, and the irregularity."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter


@dataclass(frozen=True)
class Intervals:
    """Intervals in ms for every beat but the first and the last, each array (n_beats - 2,)."""

    pre: np.ndarray
    """From the previous R peak to this one."""
    post: np.ndarray
    """From this R peak to the next."""
    previous_pre: np.ndarray
    """pre of the beat before."""
    second_previous_pre: np.ndarray
    """pre of the beat two before."""
    next_post: np.ndarray
    """post of the beat after."""
    local: np.ndarray
    """Mean of the last pre intervals, including this one."""
    overall: np.ndarray
    """Mean over the record, or over its past."""
    irregularity: np.ndarray
    """Median of |log(pre / previous pre)| around the beat, or over its past; dimensionless. 0.02 is
    typical of steady sinus rhythm, 0.2 of atrial fibrillation."""


def rr_intervals(
    times_s: np.ndarray, *, local_beats: int, causal: bool, irregularity_beats: int = 65
) -> Intervals:
    """Measure the intervals of one record.

    At the ends of a record a missing interval is set to its neighbour, so that ratios of the two
    are 1. With `causal` the intervals after the beat are unknown and set to the local mean, and
    `overall` and `irregularity` are those of the past.

    Args:
        times_s: (n_beats,), times of the R peaks in seconds, three or more.
        local_beats: intervals in the local mean.
        irregularity_beats: beats in the median of the irregularity, odd.
    """
    rr = np.diff(times_s) * 1000.0  # (n_beats - 1,), rr[i] ends at beat i + 1
    pre = rr[:-1]
    sums = np.concatenate([[0.0], np.cumsum(pre)])
    count = np.arange(1, len(pre) + 1)
    first = np.maximum(count - local_beats, 0)
    local = (sums[count] - sums[first]) / (count - first)
    if causal:
        overall = sums[1:] / count
        post = next_post = local
    else:
        overall = np.full(len(pre), rr.mean())
        post = rr[1:]
        next_post = np.append(post[1:], post[-1])
    previous = np.concatenate([pre[:1], pre[:-1]])
    change = np.abs(np.log(pre / previous))
    # origin shifts the window to the beats before; the ends are padded with the edge values.
    irregularity = median_filter(
        change, size=irregularity_beats, mode="nearest", origin=irregularity_beats // 2 * causal
    )
    return Intervals(
        pre=pre,
        post=post,
        previous_pre=previous,
        second_previous_pre=np.concatenate([previous[:1], previous[:-1]]),
        next_post=next_post,
        local=local,
        overall=overall,
        irregularity=irregularity,
    )
