"""Mixup: convex combinations of pairs of beats and their labels (Zhang et al., ICLR 2018)."""

import torch
from scipy.special import betaincinv
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.datasets.inputs import Inputs, select


def mix_beats(
    inputs: Inputs, targets: Tensor, *, alpha: float, n_classes: int, generator: torch.Generator
) -> tuple[Inputs, Tensor]:
    """Mix each beat with another one of the batch, in a share drawn from Beta(alpha, alpha).

    Waveform, RR, morphology and label are mixed in the same share.

    Args:
        inputs: B beats; parts may be empty.
        targets: (B,) int64, labels, or (B, n_classes) shares that sum to 1.
        alpha: above 0; small values leave most beats nearly unchanged.

    Returns:
        The mixed inputs, and their targets (B, n_classes), which sum to 1.
    """
    # Inverse transform sampling, since torch's Beta distribution accepts no generator.
    uniform = torch.rand(len(targets), dtype=torch.float64, generator=generator)
    shares = torch.from_numpy(betaincinv(alpha, alpha, uniform.numpy())).float()
    partner = torch.randperm(len(targets), generator=generator)
    others = select(inputs, partner)
    mixed = Inputs(*(_mix(*parts, shares=shares) for parts in zip(inputs, others, strict=True)))
    if targets.ndim == 1:
        targets = F.one_hot(targets, n_classes).float()
    return mixed, _mix(targets, targets[partner], shares=shares)


def _mix(part: Tensor, other: Tensor, *, shares: Tensor) -> Tensor:
    """share * part + (1 - share) * other; an empty part stays empty."""
    if not len(part):
        return part
    return torch.lerp(other, part, shares.view(-1, *[1] * (part.ndim - 1)))
