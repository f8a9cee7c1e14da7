"""Features of RR intervals: two ratios as rows of the input, seven for the fusion block.

The absolute set is the study's option 1, the ratio set what its authors later put in its place. The
normalised set holds the same seven ratios, each compared with how much the patient's rhythm varies:
a beat that comes 20 % early is news in a steady rhythm and none in atrial fibrillation.
"""

from typing import Literal

import numpy as np

from ecgfuse.rr.intervals import Intervals

N_ROW_RATIOS = 2
N_FEATURES = 7

Features = Literal["absolute", "ratio", "normalised"]

_STEADY = 0.02
"""Added to the irregularity. The scatter of a healthy rhythm; without it a paced heart, or one that
beats like a clock, would have every interval called unusual."""
_LIMIT = 10.0
"""Of normalised features."""


def row_ratios(intervals: Intervals, *, features: Features) -> np.ndarray:
    """(n_beats, 2): pre / overall mean and pre / local mean (options 2 and 3).

    With `features="normalised"` these are normalised, too.
    """
    i = intervals
    ratios = _stack(i.pre / i.overall, i.pre / i.local)
    return _normalise(ratios, irregularity=i.irregularity) if features == "normalised" else ratios


def query_features(intervals: Intervals, *, features: Features) -> np.ndarray:
    """(n_beats, 7): the RR features that ask the ECG.

    absolute: pre, post, local, pre/post, overall, pre - overall, pre/overall (intervals in ms).
    ratio: pre/local, pre/post, pre/previous pre, post/local, local/overall,
    pre/pre two beats before, post/next post.
    normalised: the logarithm of these ratios, over the irregularity of the rhythm.
    """
    i = intervals
    if features == "absolute":
        return _stack(
            i.pre, i.post, i.local, i.pre / i.post, i.overall, i.pre - i.overall, i.pre / i.overall
        )
    ratios = _stack(
        i.pre / i.local,
        i.pre / i.post,
        i.pre / i.previous_pre,
        i.post / i.local,
        i.local / i.overall,
        i.pre / i.second_previous_pre,
        i.post / i.next_post,
    )
    return _normalise(ratios, irregularity=i.irregularity) if features == "normalised" else ratios


def _normalise(ratios: np.ndarray, *, irregularity: np.ndarray) -> np.ndarray:
    spread = (irregularity + _STEADY)[:, None]
    return np.clip(np.log(ratios) / spread, -_LIMIT, _LIMIT).astype(np.float32)


def _stack(*columns: np.ndarray) -> np.ndarray:
    return np.stack(columns, axis=1).astype(np.float32)
