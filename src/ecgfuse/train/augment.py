"""Random changes of the training beats that keep their class."""

import torch
from torch import Tensor


def augment_beats(
    ecg: Tensor, *, noise: float, amplitude: float, generator: torch.Generator
) -> Tensor:
    """Scale each beat, all rows by one factor, and add white noise to every row.

    Args:
        ecg: (B, n_signal_rows, length); row 0 of unit variance.
        noise: sd of the noise, in sd of the beat.
        amplitude: sd of the logarithm of the factor.
        generator: source of randomness.
    """
    if amplitude:
        ecg = ecg * (torch.randn(len(ecg), 1, 1, generator=generator) * amplitude).exp()
    if noise:
        ecg = ecg + torch.randn(ecg.shape, generator=generator) * noise
    return ecg
