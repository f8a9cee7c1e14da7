"""Random changes of the training beats that keep their class.

All rows of a beat come from one lead, and most hold the beat itself, so they change alike: warp,
sign, factor, drift and masked stretch are one for a beat. White noise is drawn for every row.
A review of such changes: Iwana and Uchida, PLoS ONE 16(7):e0254841, 2021.
"""

import math

import torch
from torch import Tensor

from ecgfuse.datasets.inputs import Inputs
from ecgfuse.train.config import AugmentConfig

N_WARP_WAVES = 3


def augment_inputs(inputs: Inputs, *, config: AugmentConfig, generator: torch.Generator) -> Inputs:
    """The beats of a step, changed at random; what is off changes nothing and draws nothing.

    Args:
        inputs: row 0 of the ECG has unit variance.
        generator: source of randomness.
    """
    jitter = config.rr_jitter
    return Inputs(
        ecg=augment_ecg(inputs.ecg, config=config, generator=generator),
        ratios=jitter_rr(inputs.ratios, sd=jitter, generator=generator),
        features=jitter_rr(inputs.features, sd=jitter, generator=generator),
    )


def swap_in_noise(
    inputs: Inputs, noisy: Inputs, *, share: float, generator: torch.Generator
) -> Inputs:
    """Take beats drawn at random from a recording with real noise; RR is the same there.

    Args:
        inputs, noisy: the same beats, without and with noise.
        share: probability that a beat is taken from the second.
    """
    drawn = _chosen(inputs.ecg, probability=share, generator=generator)
    features = inputs.features
    if len(features):
        features = torch.where(drawn[:, 0], noisy.features, features)
    return inputs._replace(ecg=torch.where(drawn, noisy.ecg, inputs.ecg), features=features)


def augment_ecg(ecg: Tensor, *, config: AugmentConfig, generator: torch.Generator) -> Tensor:
    """Change beats (B, n_signal_rows, length) in all ways that are on, one after the other."""
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

    A sample is read at its place plus a sum of sin(pi k t), k = 1 to 3, whose k-th weight is drawn
    evenly within a bound in proportion to 1/k. Up to `largest` = 0.15 the places rise with t.

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
    """Change the sign of whole beats, as electrodes that are swapped do."""
    flipped = _chosen(ecg, probability=probability, generator=generator)
    return torch.where(flipped, -ecg, ecg)


def scale_amplitude(ecg: Tensor, *, sd: float, generator: torch.Generator) -> Tensor:
    """Multiply each beat by exp(sd * z)."""
    return ecg * (torch.randn(len(ecg), 1, 1, generator=generator) * sd).exp()


def add_baseline_wander(ecg: Tensor, *, sd: float, generator: torch.Generator) -> Tensor:
    """Add a slow drift: half a cosine and a whole one over the beat, each with a normal weight.

    Both have a mean of 0 over the beat, as the beat has. Together they have the sd asked for.
    """
    length = ecg.shape[2]
    time = (torch.arange(length) + 0.5) / length
    waves = torch.cos(math.pi * torch.tensor([[1.0], [2.0]]) * time)  # (2, length)
    drift = torch.randn(len(ecg), 2, generator=generator) * sd @ waves  # (B, length)
    return ecg + drift[:, None]


def mask_time(
    ecg: Tensor, *, probability: float, width: float, generator: torch.Generator
) -> Tensor:
    """Set a random stretch of all rows to zero in beats chosen at random.

    Args:
        ecg: (B, n_signal_rows, length).
        probability: share of the beats.
        width: longest stretch, as a share of the length; each is drawn evenly up to it.
    """
    length = ecg.shape[2]
    chosen = _chosen(ecg, probability=probability, generator=generator)
    widths = torch.rand(len(ecg), 1, 1, generator=generator) * width
    starts = torch.rand(len(ecg), 1, 1, generator=generator) * (1 - widths)
    time = (torch.arange(length) + 0.5) / length
    inside = (time >= starts) & (time < starts + widths)  # (B, 1, length)
    return ecg.masked_fill(chosen & inside, 0.0)


def drop_rows(ecg: Tensor, *, probability: float, generator: torch.Generator) -> Tensor:
    """Set one row, any of them, to zero in beats chosen at random; a beat of one row keeps it."""
    n_beats, n_rows, _ = ecg.shape
    if n_rows == 1:
        return ecg
    chosen = _chosen(ecg, probability=probability, generator=generator)
    dropped = torch.randint(n_rows, (n_beats, 1, 1), generator=generator)
    return ecg.masked_fill(chosen & (torch.arange(n_rows)[:, None] == dropped), 0.0)


def jitter_rr(ratios: Tensor, *, sd: float, generator: torch.Generator) -> Tensor:
    """Multiply every RR ratio of every beat by its own exp(sd * z).

    A ratio says how early or late a beat comes: below 1 early, above 1 late. Noise that multiplies
    is as likely to lengthen as to shorten, and changes 0.6 and 1.2 by the same per cent; small
    against the distance of an early beat from 1, it leaves early early. A factor common to the
    intervals themselves would cancel in their ratios.

    Args:
        ratios: (B, n_ratios), or empty where a fusion reads none.
    """
    if not sd or not len(ratios):
        return ratios
    return ratios * (torch.randn(ratios.shape, generator=generator) * sd).exp()


def _chosen(ecg: Tensor, *, probability: float, generator: torch.Generator) -> Tensor:
    """(B, 1, 1) bool: beats drawn with a probability."""
    return torch.rand(len(ecg), 1, 1, generator=generator) < probability
