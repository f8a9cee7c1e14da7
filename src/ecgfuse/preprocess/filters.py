"""Zero-phase band pass and baseline removal of a whole recording."""

from typing import Literal

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import firwin, oaconvolve

_BLOCK = 1 << 20
"""Samples filtered at a time, 49 minutes at 360 Hz: a whole day would need gigabytes."""


def band_pass(
    signal: np.ndarray, *, fs: float, band: tuple[float, float], order: int
) -> np.ndarray:
    """Filter with a linear-phase FIR (Hamming window) and remove its delay, so zero phase.

    Args:
        signal: (n_samples,), in mV.
        fs: sampling rate, in Hz.
        band: lowest and highest frequency of the pass band, in Hz.
        order: of the filter, even; it has order + 1 taps.

    Returns:
        (n_samples,) float32.
    """
    taps = firwin(order + 1, band, fs=fs, pass_zero=False)
    mode: Literal["reflect", "edge"] = "reflect" if len(signal) > order else "edge"
    filtered = np.empty(len(signal), dtype=np.float32)
    half = order // 2
    for first in range(0, len(signal), _BLOCK):
        begin, end = first - half, min(first + _BLOCK, len(signal)) + half
        block = signal[max(begin, 0) : end]
        missing = max(-begin, 0), max(end - len(signal), 0)
        padded = np.pad(block, missing, mode=mode)
        filtered[first : first + _BLOCK] = oaconvolve(padded, taps, mode="valid")
    return filtered


def remove_baseline(signal: np.ndarray, *, fs: float, out: np.ndarray | None = None) -> np.ndarray:
    """Subtract the median over 200 ms and then over 600 ms (de Chazal et al. 2004, section II-B).

    The first median removes P waves and QRS complexes from the baseline estimate, the second T
    waves.

    Args:
        signal: (n_samples,), in mV.
        fs: sampling rate, in Hz.
        out: array for the result; it may be the signal itself.
    """
    # The baseline varies slowly: estimated at a quarter of the rate it differs by a few µV (median;
    # at most 0.1 mV), and the median filter, most of the cost of the stage, is 16 times cheaper.
    step = max(1, round(fs / 90))
    coarse = signal[::step]
    for window_s in (0.2, 0.6):
        coarse = median_filter(coarse, size=int(window_s * fs / step) | 1, mode="nearest")
    times = np.arange(len(coarse)) * step
    flat = np.empty(len(signal), dtype=np.float32) if out is None else out
    for first in range(0, len(signal), _BLOCK):
        block = signal[first : first + _BLOCK]
        baseline = np.interp(np.arange(first, first + len(block)), times, coarse)
        flat[first : first + _BLOCK] = block - baseline
    return flat
