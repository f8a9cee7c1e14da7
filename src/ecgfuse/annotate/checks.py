"""Checks of the arguments of `Annotator.annotate`."""

from numbers import Real

import numpy as np

from ecgfuse.recordings.recording import FS_RANGE


def require_rate(fs: float) -> None:
    """Require a sampling rate that the models support.

    Raises:
        ValueError: it is not a number or out of range.
    """
    if not isinstance(fs, Real):
        raise ValueError(f"the sampling rate is {fs!r}, but must be a number in Hz, such as 360.0")
    low, high = FS_RANGE
    if not low <= fs <= high:
        raise ValueError(
            f"the sampling rate is {fs:g} Hz, but must lie between {low:g} and {high:,.0f} Hz; "
            "resample the recording"
        )


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
