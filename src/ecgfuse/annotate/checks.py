"""Checks of the arguments of `Annotator`."""

from decimal import Decimal
from numbers import Real

import numpy as np

from ecgfuse.datasets.single_beats import LENGTH
from ecgfuse.recordings.recording import FS_RANGE


def checked_rate(fs: Real | Decimal | float | np.ndarray) -> float:
    """A sampling rate in Hz that the models support.

    Args:
        fs: any real number: of Python or NumPy, a Decimal or Fraction, or an array without
            dimensions.

    Raises:
        ValueError: it is not a number or out of range.
    """
    number = fs.item() if isinstance(fs, np.ndarray) and fs.ndim == 0 else fs
    if not isinstance(number, Real | Decimal):
        raise ValueError(f"the sampling rate is {fs!r}, but must be a number in Hz, such as 360.0")
    low, high = FS_RANGE
    rate = float(number)
    if not low <= rate <= high:
        raise ValueError(
            f"the sampling rate is {rate:g} Hz, but must lie between {low:g} and {high:,.0f} Hz; "
            "resample the recording"
        )
    return rate


def check_r_peaks(r_peaks: np.ndarray, *, n_samples: int) -> np.ndarray:
    """Return R peaks as (n_beats,) int64.

    Raises:
        ValueError: they are not integers, not ascending, or outside the signal.
    """
    if r_peaks.ndim != 1 or not (r_peaks.size == 0 or np.issubdtype(r_peaks.dtype, np.integer)):
        raise ValueError(
            f"r_peaks has the shape {r_peaks.shape} and the type {r_peaks.dtype}, but must be "
            "sample numbers, integers of shape (n_beats,)"
        )
    r_peaks = r_peaks.astype(np.int64)  # unsigned differences are never negative
    if np.any(np.diff(r_peaks) <= 0):
        at = int(r_peaks[:-1][np.diff(r_peaks) <= 0][0])
        raise ValueError(f"r_peaks are not ascending, or contain duplicates, near {at}; sort them")
    if r_peaks.size and not (r_peaks[0] >= 0 and r_peaks[-1] < n_samples):
        outside = r_peaks[(r_peaks < 0) | (r_peaks >= n_samples)][0]
        raise ValueError(
            f"r_peaks contains {outside}, but the signal has {n_samples} samples; check that both "
            "have the same sampling rate"
        )
    return r_peaks


def check_single_beats(beats: np.ndarray) -> np.ndarray:
    """Return single beats as (n_beats, 187) float32.

    Raises:
        ValueError: they have another shape, or are no numbers.
    """
    if beats.ndim != 2 or beats.shape[1] != LENGTH:
        raise ValueError(
            f"beats have the shape {beats.shape}, but must be (n_beats, {LENGTH}); a column with "
            "labels is none of the samples"
        )
    if not np.issubdtype(beats.dtype, np.number):
        raise ValueError(f"beats are of the type {beats.dtype}, but must be numbers")
    return beats.astype(np.float32)
