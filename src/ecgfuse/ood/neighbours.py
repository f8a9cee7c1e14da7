"""The score of nearest neighbours: how far an input is from the training beats most like it.

Source: Sun, Ming, Zhu and Li, "Out-of-distribution detection with deep nearest neighbors", ICML
2022. As there, features are scaled to length 1; numbers of the shape and samples are whitened
instead.
"""

from typing import Self

import torch
from torch import Tensor, nn

from ecgfuse.ood.places import Place, look_at
from ecgfuse.ood.whitening import covariance, whiten

K_NEAREST = 3
"""The neighbour whose distance counts."""
N_BANK = 500
"""Training beats among which neighbours are looked for: 375 KB of samples, 76 KB of the shape."""


class Neighbours(nn.Module):
    """Distance to the k-th nearest beat of a bank, after scaling to length 1 or whitening."""

    bank: Tensor
    whitening: Tensor

    def __init__(self, place: Place, *, n_bank: int, width: int) -> None:
        super().__init__()
        self.place = place
        self.register_buffer("bank", torch.zeros(n_bank, width))
        self.register_buffer("whitening", torch.eye(width))

    @classmethod
    def fit(cls, place: Place, *, seen: Tensor, generator: torch.Generator) -> Self:
        """Fit to what `look_at` returns of training beats, (n, width); draws N_BANK of them."""
        width = seen.shape[1]
        drawn = seen[torch.randperm(len(seen), generator=generator)[:N_BANK]]
        score = cls(place, n_bank=len(drawn), width=width)
        whitening = (
            torch.eye(width) if place == "features" else whiten(covariance(seen - seen.mean(dim=0)))
        )
        score.whitening.copy_(whitening)
        score.bank.copy_(score.normalise(drawn))
        return score

    def forward(self, ecg: Tensor, features: Tensor, logits: Tensor) -> Tensor:
        """Beats (B, 187), features (B, n), logits (B, n_classes) -> scores (B,)."""
        return self.measure(look_at(self.place, ecg=ecg, features=features))

    def measure(self, seen: Tensor) -> Tensor:
        """Scores (B,) of what `look_at` returns, (B, width)."""
        centre = self.bank.mean(dim=0)  # of large numbers the products below would lose digits
        places, bank = self.normalise(seen) - centre, self.bank - centre
        # By products: the differences to all of the bank would take a thousand times the memory.
        squares = places.square().sum(dim=1, keepdim=True) + bank.square().sum(dim=1)
        distances = squares - 2 * places @ bank.T  # (B, n_bank)
        nearest = distances.topk(min(K_NEAREST, len(self.bank)), dim=1, largest=False).values
        return nearest[:, -1].clamp(min=0).sqrt()

    def normalise(self, seen: Tensor) -> Tensor:
        """Scale to length 1, or whiten, (n, width)."""
        if self.place == "features":
            return nn.functional.normalize(seen, dim=1)
        return seen @ self.whitening
