"""Features of RR intervals: two ratios as rows of the input, seven for the fusion block.

The absolute set is the study's option 1, the ratio set what its authors later put in its place.
"""

from typing import Literal

import numpy as np

from ecgfuse.rr.intervals import Intervals

N_ROW_RATIOS = 2
N_FEATURES = 7


def row_ratios(intervals: Intervals) -> np.ndarray:
    """(n_beats, 2): pre / overall mean and pre / local mean (options 2 and 3)."""
    return _stack(intervals.pre / intervals.overall, intervals.pre / intervals.local)


def query_features(intervals: Intervals, *, features: Literal["absolute", "ratio"]) -> np.ndarray:
    """(n_beats, 7): the RR features that ask the ECG.

    absolute: pre, post, local, pre/post, overall, pre - overall, pre/overall (intervals in ms).
    ratio: pre/local, pre/post, pre/previous pre, post/local, local/overall,
    pre/pre two beats before, post/next post.
    """
    i = intervals
    if features == "absolute":
        return _stack(
            i.pre, i.post, i.local, i.pre / i.post, i.overall, i.pre - i.overall, i.pre / i.overall
        )
    return _stack(
        i.pre / i.local,
        i.pre / i.post,
        i.pre / i.previous_pre,
        i.post / i.local,
        i.local / i.overall,
        i.pre / i.second_previous_pre,
        i.post / i.next_post,
    )


def _stack(*columns: np.ndarray) -> np.ndarray:
    return np.stack(columns, axis=1).astype(np.float32)
