"""The patient's own median beat, to compare each beat with.

V and F beats differ from the patient's normal beat, whatever that looks like; the median over the
record needs no labels, so it can be had of a patient never seen before.
"""

from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def reference_beats(
    segments: np.ndarray, *, reference: Literal["record", "causal"], n_beats: int
) -> np.ndarray:
    """The median beat that stands beside every beat, (n_beats, length) like `segments`.

    Args:
        segments: (n_beats, length), all beats of one record in order of time.
        reference: "record" takes the median over all beats, "causal" over this beat and those
            before it, so that a monitor can compute it.
        n_beats: how many beats back the causal median reaches.
    """
    if reference == "record":
        median = np.median(segments, axis=0)
        return np.broadcast_to(median, segments.shape).astype(np.float32)
    result = np.empty_like(segments)
    start = min(n_beats, len(segments))
    for i in range(start):  # the record begins: as many beats as there are
        result[i] = np.median(segments[: i + 1], axis=0)
    windows = sliding_window_view(segments, start, axis=0)  # (n - start + 1, length, start)
    for first in range(0, len(windows), 256):  # in blocks, the copies would be gigabytes
        block = windows[first : first + 256]
        result[start - 1 + first : start - 1 + first + len(block)] = np.median(block, axis=2)
    return result
