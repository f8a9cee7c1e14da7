"""The EC57 matrix of a beat-by-beat comparison."""

import numpy as np

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.ec57.labels import BeatLabels, match_window
from ecgfuse.ec57.pairing import UNPAIRED, pair_beats

ROWS = (*EC57_CLASSES, "O", "X")
"""Of the reference. O: no beat; X: no beat because the signals are unreadable (shutdown)."""
COLUMNS = tuple(name.lower() for name in ROWS)
"""Of the test."""


def count_beats(
    reference: BeatLabels, test: BeatLabels, *, start_s: float, end_s: float | None = None
) -> np.ndarray:
    """Compare two annotation files of one record.

    Beats are paired over the whole record. A pair is counted if its reference beat lies in the
    test period, so a beat detected on the other side of the limit is neither missed nor extra.
    An unpaired beat is counted if it lies in the test period itself.

    Args:
        start_s: start of the test period in seconds; 300 in EC57, after the learning period.
        end_s: end of the test period in seconds; None: the end of the record.

    Returns:
        Numbers of beats, (7, 7) int64, in the order of ROWS and COLUMNS.

    Raises:
        ValueError: the two files have different sampling rates.
    """
    fs = reference.fs
    if fs != test.fs:
        raise ValueError(
            f"the reference has a sampling rate of {fs:g} Hz, the test {test.fs:g} Hz; write the "
            "test annotations at the rate of the reference"
        )
    start = round(start_s * fs)
    end = reference.end if end_s is None else round(end_s * fs)
    counts = np.zeros((len(ROWS), len(COLUMNS)), dtype=np.int64)
    for i, j in pair_beats(reference.samples, test.samples, window=match_window(fs)):
        time = test.samples[j] if i == UNPAIRED else reference.samples[i]
        if start <= time <= end:
            row, column = _name(reference, i, time=time), _name(test, j, time=time)
            counts[ROWS.index(row), ROWS.index(column)] += 1
    return counts


def _name(labels: BeatLabels, index: int, *, time: int) -> str:
    """Class of a beat; O where the file has no beat, or X within one of its shutdowns."""
    if index != UNPAIRED:
        return str(labels.classes[index])
    spans = labels.shutdowns
    return "X" if np.any((spans[:, 0] <= time) & (time <= spans[:, 1])) else "O"
