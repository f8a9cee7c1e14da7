"""The seven features of the RR intervals around a beat.

The absolute set is the study's option 1; its authors later replaced it by the ratio set. The
normalised set has the same seven ratios, each relative to the variation of the patient's rhythm: a
beat that is 20 % early is informative in a steady rhythm, but not in atrial fibrillation.
"""

from typing import Literal

import numpy as np

from ecgfuse.rr.intervals import Intervals

N_FEATURES = 7

Features = Literal["absolute", "ratio", "normalised"]

_STEADY = 0.02
"""Added to the irregularity, the variation of a healthy rhythm. Without it every interval of a
paced or very regular heart would be unusual."""
_LIMIT = 10.0
"""Limit of normalised features."""


def rr_features(intervals: Intervals, *, features: Features) -> np.ndarray:
    """(n_beats, 7) float32.

    absolute: pre, post, local, pre/post, overall, pre - overall, pre/overall (intervals in ms).
    ratio: pre/local, pre/post, pre/previous pre, post/local, local/overall,
    pre/pre two beats before, post/next post.
    normalised: the logarithm of these ratios, divided by the irregularity of the rhythm.
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
