"""Random views of a window for contrastive learning: the five augmentations of MAE-MoCo.

The paper names them (erase, time out, partial noise, drop, random resized crop); their strengths
are not public, and those here are our own choice. Since windows are z-scored, setting samples to
zero sets them to the mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ecgfuse.engine.randomness import generator_on


@dataclass(frozen=True, kw_only=True)
class ViewStrength:
    """Strengths of the augmentations of a view."""

    erase: float = 0.2
    """Probability that a lead is set to zero; one lead always stays."""
    time_out: float = 0.3
    """Longest stretch of all leads set to zero, as a share of the window."""
    noise_sd: float = 0.3
    """Standard deviation of white noise in half of the window, relative to the lead's scale."""
    drop: float = 0.05
    """Probability that a sample is set to zero, in all leads."""
    smallest_crop: float = 0.6
    """Shortest crop that is resized to the window, as a share of the window."""


def random_view(
    signal: Tensor,
    *,
    strength: ViewStrength,
    scales: Sequence[float],
    generator: torch.Generator,
) -> Tensor:
    """A view of each window: all five augmentations in sequence.

    Args:
        signal: (B, n_leads, n_samples).
        scales: (n_leads,), typical amplitude of each lead.
    """
    view = crop_resized(signal, smallest=strength.smallest_crop, generator=generator)
    sd = strength.noise_sd * torch.tensor(scales)[:, None]  # (n_leads, 1)
    view = add_partial_noise(view, sd=sd, generator=generator)
    view = time_out(view, longest=strength.time_out, generator=generator)
    view = drop_samples(view, probability=strength.drop, generator=generator)
    return erase_leads(view, probability=strength.erase, generator=generator)


def crop_resized(signal: Tensor, *, smallest: float, generator: torch.Generator) -> Tensor:
    """Crop a random stretch of each window and resize it to the length of the window."""
    n_windows, n_leads, n_samples = signal.shape
    share = smallest + (1 - smallest) * torch.rand(n_windows, 1, generator=generator)
    first = (1 - share) * torch.rand(n_windows, 1, generator=generator)
    places = (first + share * torch.linspace(0, 1, n_samples)) * (n_samples - 1)  # (B, n_samples)
    left = places.long().clamp(max=n_samples - 2)
    weight = (places - left)[:, None].to(signal)
    index = left[:, None].expand(-1, n_leads, -1).to(signal.device)
    return torch.lerp(signal.gather(2, index), signal.gather(2, index + 1), weight)


def add_partial_noise(signal: Tensor, *, sd: float | Tensor, generator: torch.Generator) -> Tensor:
    """Add white noise to a random half of each window.

    Args:
        sd: standard deviation of the noise, one for all leads or (n_leads, 1).
    """
    inside = _stretch(signal, torch.full((len(signal), 1), 0.5), generator=generator)
    there = generator_on(signal.device, generator=generator)
    noise = torch.randn(signal.shape, generator=there, device=signal.device)
    return signal + noise * inside.to(signal.device) * torch.as_tensor(sd).to(signal)


def time_out(signal: Tensor, *, longest: float, generator: torch.Generator) -> Tensor:
    """Set a stretch of all leads to zero; its length is uniform up to `longest`."""
    widths = longest * torch.rand(len(signal), 1, generator=generator)
    inside = _stretch(signal, widths, generator=generator)
    return signal.masked_fill(inside.to(signal.device), 0.0)


def drop_samples(signal: Tensor, *, probability: float, generator: torch.Generator) -> Tensor:
    """Set single samples to zero, the same in all leads."""
    n_windows, _, n_samples = signal.shape
    dropped = torch.rand(n_windows, 1, n_samples, generator=generator) < probability
    return signal.masked_fill(dropped.to(signal.device), 0.0)


def erase_leads(signal: Tensor, *, probability: float, generator: torch.Generator) -> Tensor:
    """Set random leads to zero; at least one random lead per window stays."""
    draw = torch.rand(*signal.shape[:2], 1, generator=generator)
    erased = (draw < probability) & (draw < draw.amax(dim=1, keepdim=True))
    return signal.masked_fill(erased.to(signal.device), 0.0)


def _stretch(signal: Tensor, widths: Tensor, *, generator: torch.Generator) -> Tensor:
    """(B, 1, n_samples) bool: a stretch of the given width at a random position per window."""
    n_samples = signal.shape[2]
    starts = torch.rand(len(signal), 1, generator=generator) * (1 - widths)
    time = (torch.arange(n_samples) + 0.5) / n_samples
    return ((time >= starts) & (time < starts + widths))[:, None]
