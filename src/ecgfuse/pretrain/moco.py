"""Momentum contrast: match two views of a window against a queue of earlier keys.

He et al., "Momentum Contrast for Unsupervised Visual Representation Learning", CVPR 2020.
"""

import copy
import math
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

ModuleT = TypeVar("ModuleT", bound=nn.Module)


class ProjectionHead(nn.Sequential):
    """Three blocks of Linear, BatchNorm and ReLU, (B, in_width) -> (B, width), 128 as published."""

    def __init__(self, in_width: int, *, width: int) -> None:
        layers: list[nn.Module] = []
        for n_in in (in_width, width, width):
            layers += [nn.Linear(n_in, width), nn.BatchNorm1d(width), nn.ReLU()]
        super().__init__(*layers)


class Queue(nn.Module):
    """FIFO queue of the latest keys, initially random directions. Saved in checkpoints."""

    keys: Tensor
    recordings: Tensor
    """(length,) int64, recording index of each key; initially -1."""
    next: Tensor

    def __init__(self, length: int, *, width: int) -> None:
        super().__init__()
        self.register_buffer("keys", F.normalize(torch.randn(length, width), dim=1))
        self.register_buffer("recordings", torch.full((length,), -1))
        self.register_buffer("next", torch.zeros((), dtype=torch.int64))

    @torch.no_grad()
    def push(self, keys: Tensor, *, recordings: Tensor) -> None:
        """Replace the oldest keys by keys (B, width), in order.

        Of a batch longer than the queue, the last keys are kept.

        Args:
            recordings: (B,) int64.
        """
        length = len(self.keys)
        places = (self.next + torch.arange(len(keys), device=keys.device)) % length
        self.keys[places[-length:]] = keys[-length:].to(self.keys.dtype)
        self.recordings[places[-length:]] = recordings[-length:]
        self.next.copy_((self.next + len(keys)) % length)


def momentum_copy(module: ModuleT) -> ModuleT:
    """A copy without gradients, updated by `follow`."""
    return copy.deepcopy(module).requires_grad_(False)


@torch.no_grad()
def follow(momentum: nn.Module, online: nn.Module, *, rate: float) -> None:
    """Update the momentum encoder in place: rate * its weights + (1 - rate) * the online weights.

    Buffers, such as batch normalisation statistics, are not copied.

    Args:
        rate: 0.99 as published.
    """
    for weight, target in zip(momentum.parameters(), online.parameters(), strict=True):
        weight.lerp_(target, 1 - rate)


def info_nce(
    query: Tensor, key: Tensor, *, negatives: Tensor, same: Tensor, temperature: float
) -> Tensor:
    """Cross-entropy of identifying the key of each query among the negatives.

    Args:
        query: (B, width) of unit length.
        key: (B, width) of unit length.
        negatives: (n, width) of unit length.
        same: (B, n) bool, True where a negative is excluded, being from the query's recording.
        temperature: divides the similarities; 0.2 as published.
    """
    positive = (query * key).sum(dim=1, keepdim=True)  # (B, 1)
    with torch.autocast(query.device.type, enabled=False):  # same precision as the positive
        similarity = (query @ negatives.T).masked_fill(same, -math.inf)  # (B, n)
    logits = torch.cat([positive, similarity], dim=1) / temperature  # (B, 1 + n)
    return F.cross_entropy(logits, torch.zeros(len(query), dtype=torch.int64, device=query.device))
