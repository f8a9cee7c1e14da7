"""Resampling from one sampling rate to another."""

from math import gcd

import numpy as np
from scipy.signal import resample_poly


def resampling_ratio(up: float, down: float) -> tuple[int, int]:
    """up / down, two rates in Hz, as a reduced fraction, in mHz for rates such as 257.5 Hz."""
    up_mhz, down_mhz = round(up * 1000), round(down * 1000)
    divisor = gcd(up_mhz, down_mhz)
    return up_mhz // divisor, down_mhz // divisor


def resample_signal(signal: np.ndarray, *, up: float, down: float) -> np.ndarray:
    """Polyphase resampling of a signal (n_samples,) from rate `down` to rate `up`, in Hz.

    At equal rates, the signal itself is returned.
    """
    if up == down:
        return signal
    numerator, denominator = resampling_ratio(up, down)
    return resample_poly(signal, numerator, denominator, padtype="line")
