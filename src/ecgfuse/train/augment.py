"""Data augmentation: random, label-preserving changes of the training beats.

All rows of a beat come from one lead, and most contain the beat itself, so all rows share the same
warp, sign, factor, drift and masked stretch. White noise is drawn per row.
Review of such augmentations: Iwana and Uchida, PLoS ONE 16(7):e0254841, 2021.
"""

import math

import torch
from torch import Tensor

from ecgfuse.datasets.inputs import Inputs
from ecgfuse.train.config import AugmentConfig

N_WARP_WAVES = 3


def augment_inputs(inputs: Inputs, *, config: AugmentConfig, generator: torch.Generator) -> Inputs:
    """Augment the beats of a step; augmentations that are off draw no random numbers.

    Args:
        inputs: row 0 of the ECG has unit variance.
    """
    return Inputs(
        ecg=augment_ecg(inputs.ecg, config=config, generator=generator),
        rr=jitter_rr(inputs.rr, sd=config.rr_jitter, generator=generator),
        morphology=inputs.morphology,
    )


def swap_in_noise(
    inputs: Inputs, noisy: Inputs, *, share: float, generator: torch.Generator
) -> Inputs:
    """Replace random beats by their copies with real noise; the RR features stay.

    Args:
        inputs: beats without noise.
        noisy: the same beats with noise.
        share: probability that a beat is replaced.
    """
    drawn = _chosen(inputs.ecg, probability=share, generator=generator)
    return inputs._replace(
        ecg=torch.where(drawn, noisy.ecg, inputs.ecg),
        morphology=torch.where(drawn[:, 0], noisy.morphology, inputs.morphology),
    )


def augment_ecg(ecg: Tensor, *, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Apply all enabled augmentations to beats (B, n_signal_rows, length), one after the other.

    The empty tensor of a network without a waveform stays empty.
    """
    if not len(ecg):
        return ecg
    if config.time_warp:
        ecg = warp_time(ecg, largest=config.time_warp, generator=generator)
    if config.polarity:
        ecg = flip_polarity(ecg, probability=config.polarity, generator=generator)
    if config.amplitude:
        ecg = scale_amplitude(ecg, sd=config.amplitude, generator=generator)
    if config.baseline_wander:
        ecg = add_baseline_wander(ecg, sd=config.baseline_wander, generator=generator)
    if config.white_noise:
        ecg = ecg + torch.randn(ecg.shape, generator=generator) * config.white_noise
    if config.mask_probability:
        ecg = mask_time(
            ecg, probability=config.mask_probability, width=config.mask_width, generator=generator
        )
    if config.row_dropout:
        ecg = drop_rows(ecg, probability=config.row_dropout, generator=generator)
    return ecg


def warp_time(ecg: Tensor, *, largest: float, generator: torch.Generator) -> Tensor:
    """Stretch parts of each beat and shorten others; its ends and the order of its waves stay.

    Each sample is read at its position plus a sum of sin(pi k t), k = 1 to 3; the k-th weight is
    uniform within a bound proportional to 1/k. Positions increase with t up to `largest` = 0.15.

    Args:
        ecg: (B, n_signal_rows, length).
        largest: bound of the displacement, as a share of the length.
    """
    n_beats, n_rows, length = ecg.shape
    k = torch.arange(1, N_WARP_WAVES + 1)
    waves = torch.sin(math.pi * k[:, None] * torch.linspace(0, 1, length))  # (3, length)
    bounds = largest / k / (waves.abs() / k[:, None]).sum(dim=0).max()
    weights = (2 * torch.rand(n_beats, N_WARP_WAVES, generator=generator) - 1) * bounds
    places = (torch.arange(length) + (length - 1) * weights @ waves).clamp(0, length - 1)
    left = places.long().clamp(max=length - 2)  # (B, length)
    share = (places - left)[:, None]  # (B, 1, length)
    index = left[:, None].expand(-1, n_rows, -1)
    return torch.lerp(ecg.gather(2, index), ecg.gather(2, index + 1), share)


def flip_polarity(ecg: Tensor, *, probability: float, generator: torch.Generator) -> Tensor:
    """Change the sign of random beats, as swapped electrodes do."""
    flipped = _chosen(ecg, probability=probability, generator=generator)
    return torch.where(flipped, -ecg, ecg)


def scale_amplitude(ecg: Tensor, *, sd: float, generator: torch.Generator) -> Tensor:
    """Multiply each beat by exp(sd * z), z standard normal."""
    return ecg * (torch.randn(len(ecg), 1, 1, generator=generator) * sd).exp()


def add_baseline_wander(ecg: Tensor, *, sd: float, generator: torch.Generator) -> Tensor:
    """Add a slow drift: half a period and one period of a cosine, with normal weights.

    Both have zero mean over the beat, as the beat has. Their sum has standard deviation `sd`.
    """
    length = ecg.shape[2]
    time = (torch.arange(length) + 0.5) / length
    waves = torch.cos(math.pi * torch.tensor([[1.0], [2.0]]) * time)  # (2, length)
    drift = torch.randn(len(ecg), 2, generator=generator) * sd @ waves  # (B, length)
    return ecg + drift[:, None]


def mask_time(
    ecg: Tensor, *, probability: float, width: float, generator: torch.Generator
) -> Tensor:
    """Set a random stretch of all rows to zero in random beats.

    Args:
        ecg: (B, n_signal_rows, length).
        probability: probability that a beat is masked.
        width: longest stretch, as a share of the length; widths are uniform up to it.
    """
    length = ecg.shape[2]
    chosen = _chosen(ecg, probability=probability, generator=generator)
    widths = torch.rand(len(ecg), 1, 1, generator=generator) * width
    starts = torch.rand(len(ecg), 1, 1, generator=generator) * (1 - widths)
    time = (torch.arange(length) + 0.5) / length
    inside = (time >= starts) & (time < starts + widths)  # (B, 1, length)
    return ecg.masked_fill(chosen & inside, 0.0)


def drop_rows(ecg: Tensor, *, probability: float, generator: torch.Generator) -> Tensor:
    """Set one random row to zero in random beats; the only row of a beat is never dropped."""
    n_beats, n_rows, _ = ecg.shape
    if n_rows == 1:
        return ecg
    chosen = _chosen(ecg, probability=probability, generator=generator)
    dropped = torch.randint(n_rows, (n_beats, 1, 1), generator=generator)
    return ecg.masked_fill(chosen & (torch.arange(n_rows)[:, None] == dropped), 0.0)


def jitter_rr(rr: Tensor, *, sd: float, generator: torch.Generator) -> Tensor:
    """Multiply every RR feature of every beat by its own exp(sd * z), z standard normal.

    A ratio below 1 marks an early beat, above 1 a late one. Multiplicative noise lengthens as often
    as it shortens and changes 0.6 and 1.2 by the same percentage; a small `sd` keeps early beats
    early. A factor common to the intervals themselves would cancel in their ratios.

    Args:
        rr: (B, n_rr), or empty for the network without RR.
    """
    if not sd or not len(rr):
        return rr
    return rr * (torch.randn(rr.shape, generator=generator) * sd).exp()


def _chosen(ecg: Tensor, *, probability: float, generator: torch.Generator) -> Tensor:
    """(B, 1, 1) bool: beats drawn independently with this probability."""
    return torch.rand(len(ecg), 1, 1, generator=generator) < probability
