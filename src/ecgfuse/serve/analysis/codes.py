"""Signals in whole microvolts, as they are stored: half the size of floats, and exact enough."""

import numpy as np

NARROW, WIDE = np.dtype("<i2"), np.dtype("<i4")
"""Types of stored values. NARROW holds 32 mV, which is enough for nearly all recordings."""
_LARGEST_UV = np.iinfo(WIDE).max - 1


def missing_code(dtype: np.dtype) -> int:
    """The code of a missing value, which is lower than all others."""
    return int(np.iinfo(dtype).min)


def fits(mv: np.ndarray) -> bool:
    """Whether all values in mV, NaN if missing, can be stored as NARROW."""
    limit = np.iinfo(NARROW).max / 1000
    return not bool((np.abs(mv) > limit).any())  # False for NaN


def encode(mv: np.ndarray, *, dtype: np.dtype) -> np.ndarray:
    """Values in mV as codes, rounded to 1 µV; values beyond 2,147 V are cut."""
    microvolts = np.rint(mv.astype(np.float64) * 1000)
    largest = min(_LARGEST_UV, int(np.iinfo(dtype).max))
    codes = np.nan_to_num(microvolts, nan=0.0).clip(-largest, largest).astype(dtype)
    codes[np.isnan(microvolts)] = missing_code(dtype)
    return codes


def decode(codes: np.ndarray) -> np.ndarray:
    """Codes as float64 in mV; NaN for missing values."""
    return np.where(codes == missing_code(codes.dtype), np.nan, codes / 1000)


def widen(codes: np.ndarray) -> np.ndarray:
    """NARROW codes as WIDE ones."""
    wide = codes.astype(WIDE)
    wide[codes == missing_code(NARROW)] = missing_code(WIDE)
    return wide


def extremes(codes: np.ndarray, *, size: int) -> np.ndarray:
    """Lowest and highest code of each group of `size` rows, (ceil(n / size), 2).

    The last group may be shorter. A group without values gets the code of missing ones.

    Args:
        codes: (n, 1) of samples, or (n, 2) of lowest and highest codes.
    """
    if len(codes) == 0:
        return np.empty((0, 2), dtype=codes.dtype)
    return group_extremes(codes, starts=np.arange(0, len(codes), size))


def group_extremes(codes: np.ndarray, *, starts: np.ndarray) -> np.ndarray:
    """The same for groups that begin at given rows and end where the next one begins.

    Args:
        codes: (n, 1) or (n, 2).
        starts: (n_groups,) int64; as `numpy.ufunc.reduceat`, a start above the next one is a
            group of one row.
    """
    missing = missing_code(codes.dtype)
    low = np.where(codes[:, 0] == missing, np.iinfo(codes.dtype).max, codes[:, 0])
    found = np.empty((len(starts), 2), dtype=codes.dtype)
    found[:, 0] = np.minimum.reduceat(low, starts)
    found[:, 1] = np.maximum.reduceat(codes[:, -1], starts)
    found[found[:, 1] == missing, 0] = missing
    return found
