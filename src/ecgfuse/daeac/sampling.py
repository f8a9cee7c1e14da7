"""Draw the beats of a step: those of the source in equal shares of the classes."""

import torch
from torch import Tensor


def balanced_weights(labels: Tensor, *, n_classes: int) -> Tensor:
    """Chance of each beat to be drawn, (n_beats,), such that all classes are drawn as often.

    The chances belong to these beats in this order. In the published code the list of beats was
    shuffled afterwards.
    """
    counts = torch.bincount(labels, minlength=n_classes)
    return 1.0 / counts[labels]


def draw(weights: Tensor, *, n_beats: int, generator: torch.Generator) -> Tensor:
    """Indices of beats, (n_beats,) int64, drawn with replacement."""
    return torch.multinomial(weights, n_beats, replacement=True, generator=generator)
