"""Product quantisation with Gumbel softmax: the targets of wav2vec 2.0.

Baevski et al., NeurIPS 2020, section 2; Jang, Gu and Poole, "Categorical Reparameterization with
Gumbel-Softmax", ICLR 2017.
"""

import warnings
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ecgfuse.engine.randomness import generator_on

COLLAPSED = 1.5
"""Perplexity of a group below which its codebook carries almost no information."""


class Quantised(NamedTuple):
    """Targets, and the usage of the codebooks."""

    targets: Tensor
    """(..., width)"""
    perplexity: Tensor
    """Sum over groups of exp(entropy of the mean choice): n_groups to n_groups * n_entries."""


class Quantiser(nn.Module):
    """Choose one entry from the codebook of each group; their concatenation is the target.

    Args:
        in_width: width of the features.
        n_groups: number of codebooks, 2 as published.
        n_entries: entries per codebook, 320 as published.
        width: width of a target, n_groups times that of an entry.
    """

    def __init__(self, in_width: int, *, n_groups: int, n_entries: int, width: int) -> None:
        super().__init__()
        self.n_groups, self.n_entries = n_groups, n_entries
        self.scores = nn.Linear(in_width, n_groups * n_entries)
        nn.init.normal_(self.scores.weight)
        nn.init.zeros_(self.scores.bias)
        self.entries = nn.Parameter(torch.rand(n_groups, n_entries, width // n_groups))

    def forward(
        self, features: Tensor, *, temperature: float, generator: torch.Generator
    ) -> Quantised:
        """Features (..., in_width) -> targets (..., width).

        Entries are sampled by their scores, with the gradient of the softmax (straight-through).
        Evaluation samples, too: with the best entry, targets would coincide more often than in
        training, and the contrastive task would be easier.

        Args:
            temperature: of the softmax; decreases during training.
            generator: on the CPU.
        """
        scores = self.scores(features).float().unflatten(-1, (self.n_groups, self.n_entries))
        mean_choice = scores.softmax(dim=-1).flatten(end_dim=-3).mean(dim=0)  # (groups, entries)
        there = generator_on(scores.device, generator=generator)
        uniform = torch.rand(scores.shape, generator=there, device=scores.device)
        noise = -torch.log(-torch.log(uniform.clamp(1e-7, 1 - 1e-7)))
        soft = ((scores + noise) / temperature).softmax(dim=-1)
        hard = F.one_hot(soft.argmax(dim=-1), self.n_entries).to(soft)
        # In this order the values are exactly 0 and 1, so equal choices give equal targets.
        choice = soft + (hard - soft).detach()
        targets = torch.einsum("...ge,gew->...gw", choice, self.entries).flatten(-2)
        return Quantised(targets, perplexity(mean_choice))


def perplexity(shares: Tensor) -> Tensor:
    """Sum over groups of exp(entropy); shares (n_groups, n_entries) sum to 1 in each group."""
    return torch.exp(-torch.xlogy(shares, shares).sum(dim=-1)).sum()


def warn_of_collapse(found: float, *, n_groups: int, stacklevel: int = 2) -> None:
    """Warn if the codebooks have collapsed to one or two entries: targets carry no information."""
    if found < COLLAPSED * n_groups:
        warnings.warn(
            f"the codebooks of the quantiser have collapsed: perplexity {found:.2f}, where "
            f"{n_groups} is the least there can be; lower pretrain.learning_rate",
            stacklevel=stacklevel,
        )
