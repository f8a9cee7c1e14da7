"""Pair the beats of two annotation files by time (ANSI/AAMI EC57, beat-by-beat comparison)."""

import numpy as np

UNPAIRED = -1
"""Index of a beat that is missing in the other file."""


def pair_beats(reference: np.ndarray, test: np.ndarray, *, window: int) -> np.ndarray:
    """Pair beats at most `window` apart in one pass through both files, in order of time.

    Of the next beat of each file, the earlier one is paired with the later one if that is within
    the window and the successor of the earlier beat (in its own file) is not a better partner: the
    successor is farther from the later beat, or nearer to the successor of the later beat.
    Otherwise the earlier beat stays unpaired. Pairs are final. The rule is symmetric in the files.

    Args:
        reference: times in samples, (n_reference,), ascending.
        test: times in samples, (n_test,), ascending.
        window: in samples.

    Returns:
        (n_events, 2) int64: index of the reference beat and of the test beat, or UNPAIRED. Each
        beat of either file is in exactly one row.
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
    """Whether the first beat of `own`, not later than that of `other`, stays unpaired.

    Args:
        own, other: times of the remaining beats of both files, at least one each.
    """
    distance = other[0] - own[0]
    if distance > window or len(own) == 1:
        return bool(distance > window)
    from_next = abs(own[1] - other[0])
    next_has_a_better_one = len(other) > 1 and abs(own[1] - other[1]) < from_next
    return bool(distance >= from_next and not next_has_a_better_one)
