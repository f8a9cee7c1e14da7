"""Zero-phase band pass and baseline removal of a whole recording."""

import numpy as np
from scipy.ndimage import median_filter
from scipy.signal import firwin, oaconvolve


def band_pass(
    signal: np.ndarray, *, fs: float, band: tuple[float, float], order: int
) -> np.ndarray:
    """Filter with a linear-phase FIR (Hamming window) whose delay is removed, so zero phase.

    Args:
        signal: (n_samples,), in mV.
        fs: sampling rate, in Hz.
        band: lowest and highest frequency that passes, in Hz.
        order: of the filter, even; it has order + 1 taps.
    """
    taps = firwin(order + 1, band, fs=fs, pass_zero=False)
    padded = np.pad(signal, order // 2, mode="reflect" if len(signal) > order else "edge")
    return oaconvolve(padded, taps, mode="valid").astype(np.float32)


def remove_baseline(signal: np.ndarray, *, fs: float) -> np.ndarray:
    """Subtract the median over 200 ms and then over 600 ms (de Chazal et al. 2004, section II-B).

    The first median takes P waves and QRS complexes out of the estimate, the second T waves.
    """
    # The estimate is slow by construction: at a quarter of the rate it differs by some µV (median;
    # 0.1 mV at worst), and the median filter, which costs most of the stage, is 16 times cheaper.
    step = max(1, round(fs / 90))
    coarse = signal[::step]
    for window_s in (0.2, 0.6):
        coarse = median_filter(coarse, size=int(window_s * fs / step) | 1, mode="nearest")
    baseline = np.interp(np.arange(len(signal)), np.arange(len(coarse)) * step, coarse)
    return (signal - baseline).astype(np.float32)
