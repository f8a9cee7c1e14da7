"""What the numbers of a column tell about it, whatever its name."""

import numpy as np

_FEW = 20
"""Steps below which only an even rise is believed."""
_MANY = 200
"""Steps, as of the first seconds, in which an ECG goes up and down."""
_FEW_VALUES = 10


def rises_evenly(numbers: np.ndarray) -> bool:
    """Whether numbers (n,), NaN if missing, go up or down in even steps; times may be rounded."""
    steps = np.diff(numbers[np.isfinite(numbers)])
    if len(steps) < 2 or (not (steps > 0).all() and not (steps < 0).all()):
        return False
    sizes = np.abs(steps)
    # A missing line makes one step larger.
    return bool(np.quantile(sizes, 0.98) < 2.5 * sizes.min())


def counts(numbers: np.ndarray) -> bool:
    """Whether numbers (n,) count: evenly, or up to a limit where they start again."""
    if rises_evenly(numbers):
        return True
    present = numbers[np.isfinite(numbers)]
    steps = np.diff(present)
    if len(steps) < _FEW or not (present == np.rint(present)).all():
        return False
    sizes, times = np.unique(steps, return_counts=True)
    usual, share = sizes[times.argmax()], times.max() / len(steps)
    return bool(usual != 0 and (share >= 0.9 or (len(sizes) == 2 and share >= 0.75)))


def only_rises(numbers: np.ndarray) -> bool:
    """Whether numbers (n,) only go up, except for single resets, as the times of packets do."""
    steps = np.diff(numbers[np.isfinite(numbers)])
    moves = steps[steps != 0]
    return len(steps) >= _MANY and len(moves) >= 2 and bool(np.mean(moves > 0) >= 0.98)


def is_label(numbers: np.ndarray) -> bool:
    """Whether numbers (n,) are constant, or few whole numbers, as marks and classes are."""
    present = numbers[np.isfinite(numbers)]
    values = np.unique(present)
    is_whole = bool((values == np.rint(values)).all())
    return len(values) <= 1 or (is_whole and len(values) <= _FEW_VALUES and len(present) >= _FEW)


def has_beats_in_lines(numbers: np.ndarray) -> bool:
    """Whether a signal runs along the lines (n_lines, n_columns) and not down the columns."""
    if len(numbers) < 3:
        return True
    along = np.abs(np.diff(numbers, axis=1))
    down = np.abs(np.diff(numbers, axis=0))
    if np.isnan(along).all() or np.isnan(down).all():
        return False
    return bool(np.nanmean(along) < np.nanmean(down))
