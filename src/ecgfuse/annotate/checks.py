"""What a caller gives, checked before anything is computed."""

from numbers import Real

import numpy as np

from ecgfuse.formats.recording import FS_RANGE


def require_rate(fs: float) -> None:
    """Refuse sampling rates that the models are not made for.

    Raises:
        ValueError: as said.
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
    """R peaks as (n_beats,) int64.

    Raises:
        ValueError: they are no whole numbers, out of order or outside the signal.
    """
    if r_peaks.ndim != 1 or not (r_peaks.size == 0 or np.issubdtype(r_peaks.dtype, np.integer)):
        raise ValueError(
            f"r_peaks has the shape {r_peaks.shape} and the type {r_peaks.dtype}, but must be "
            "sample numbers, (n_beats,) of whole numbers"
        )
    r_peaks = r_peaks.astype(np.int64)  # differences of unsigned numbers are never negative
    if np.any(np.diff(r_peaks) <= 0):
        at = int(r_peaks[:-1][np.diff(r_peaks) <= 0][0])
        raise ValueError(f"r_peaks are out of order, or twice the same, near {at}; sort them")
    if r_peaks.size and not (r_peaks[0] >= 0 and r_peaks[-1] < n_samples):
        outside = r_peaks[(r_peaks < 0) | (r_peaks >= n_samples)][0]
        raise ValueError(
            f"r_peaks has {outside}, but the signal has {n_samples} samples; do they count at "
            "another sampling rate?"
        )
    return r_peaks
