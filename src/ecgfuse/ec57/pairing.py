"""Pair the beats of two annotation files by time (ANSI/AAMI EC57, beat-by-beat comparison)."""

import numpy as np

UNPAIRED = -1
"""Stands for the beat that is missing in the other file."""


def pair_beats(reference: np.ndarray, test: np.ndarray, *, window: int) -> np.ndarray:
    """Walk through both files in order of time and pair beats that are at most `window` apart.

    The earlier of the two next beats is paired with the other one if it is within the window, and
    the beat that follows it in its own file is no better partner for the other one: it is farther
    from it, or nearer to the beat that follows the other one. Else the earlier beat stays alone.
    What is paired is never taken apart again. The rule is the same for both files.

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
            earlier_stays_alone = _stays_alone(reference[i:], test[j:], window=window)
            alone = (i, UNPAIRED)
        else:
            earlier_stays_alone = _stays_alone(test[j:], reference[i:], window=window)
            alone = (UNPAIRED, j)
        events.append(alone if earlier_stays_alone else (i, j))
        i += events[-1][0] != UNPAIRED
        j += events[-1][1] != UNPAIRED
    events += [(rest, UNPAIRED) for rest in range(i, len(reference))]
    events += [(UNPAIRED, rest) for rest in range(j, len(test))]
    return np.array(events, dtype=np.int64).reshape(-1, 2)  # n_events x 2


def _stays_alone(own: np.ndarray, other: np.ndarray, *, window: int) -> bool:
    """Whether the first beat of `own`, which is not later than that of `other`, is no match for it.

    Args:
        own, other: times of the beats that are left of both files, at least one each.
    """
    distance = other[0] - own[0]
    if distance > window or len(own) == 1:
        return bool(distance > window)
    from_next = abs(own[1] - other[0])
    next_has_a_better_one = len(other) > 1 and abs(own[1] - other[1]) < from_next
    return bool(distance >= from_next and not next_has_a_better_one)
