"""Pair the beats of two annotation files by time (ANSI/AAMI EC57, beat-by-beat comparison)."""

import numpy as np

UNPAIRED = -1
"""Stands for the beat that is missing in the other file."""


def pair_beats(reference: np.ndarray, test: np.ndarray, *, window: int) -> np.ndarray:
    """Walk through both files in order of time and pair beats that are at most `window` apart.

    The earlier of the two next beats is paired with the other one if it is within the window and
    nearer to it than the beat that follows it in its own file; else it stays alone. What is paired
    is never taken apart again. The rule is the same for both files.

    Args:
        reference: times in samples, (n_reference,), ascending.
        test: times in samples, (n_test,), ascending.
        window: in samples.

    Returns:
        (n_events, 2) int64: index of the reference beat and of the test beat, or UNPAIRED. Every
        beat of both files is in one row.
    """
    events: list[tuple[int, int]] = []
    i, j = 0, 0
    while i < len(reference) and j < len(test):
        if reference[i] <= test[j]:
            earlier_stays_alone = _stays_alone(reference, i, other=test[j], window=window)
            alone = (i, UNPAIRED)
        else:
            earlier_stays_alone = _stays_alone(test, j, other=reference[i], window=window)
            alone = (UNPAIRED, j)
        events.append(alone if earlier_stays_alone else (i, j))
        i += events[-1][0] != UNPAIRED
        j += events[-1][1] != UNPAIRED
    events += [(rest, UNPAIRED) for rest in range(i, len(reference))]
    events += [(UNPAIRED, rest) for rest in range(j, len(test))]
    return np.array(events, dtype=np.int64).reshape(-1, 2)  # n_events x 2


def _stays_alone(times: np.ndarray, index: int, *, other: int, window: int) -> bool:
    """Whether the beat at `index`, which is not later than `other`, is no match for it."""
    distance = other - times[index]
    if distance > window:
        return True
    return index + 1 < len(times) and abs(times[index + 1] - other) <= distance
