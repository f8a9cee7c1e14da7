"""Pair the beats of two annotation files by time (ANSI/AAMI EC57, beat-by-beat comparison)."""

import numpy as np

UNPAIRED = -1
"""Index of a beat that is missing in the other file."""
_NEVER = int(np.iinfo(np.int64).max)
"""Time of the beat after the last one."""


def pair_from(
    reference: np.ndarray, test: np.ndarray, *, start: int, window: int, first: int = 0
) -> np.ndarray:
    """Pair the beats of a test period, which begins at the sample `start`.

    Reference beats before it are left out, and test beats, too, with two exceptions as in `bxb`.
    The first reference beat is paired with the last earlier test beat if that is within the window
    and nearer than the next one. Else a test beat up to one window after `start` is left out if its
    successor is nearer to the first reference beat: its partner may lie before `start`.

    Args:
        reference: times in samples, ascending.
        test: the same of the test.
        window: in samples.
        first: index from which on test beats can be the first of the period.

    Returns:
        As `pair_beats`; beats that are left out have no row.
    """
    i = int(np.searchsorted(reference, start))
    j = max(first, int(np.searchsorted(test, start)))
    target, following = _time(reference, i), _time(test, j)
    head: list[tuple[int, int]] = []
    delay = target - int(test[j - 1]) if j > 0 else _NEVER
    if delay <= window and delay < abs(target - following):
        head = [(i, j - 1)]
        i += 1
    elif start > 0 and following - start <= window:
        j += abs(target - _time(test, j + 1)) < abs(target - following)
    rest = pair_beats(reference[i:], test[j:], window=window)
    rest = np.where(rest == UNPAIRED, UNPAIRED, rest + np.array([i, j]))
    return np.concatenate([np.array(head, dtype=np.int64).reshape(-1, 2), rest])


def _time(times: np.ndarray, index: int) -> int:
    return int(times[index]) if index < len(times) else _NEVER


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
