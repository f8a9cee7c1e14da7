"""Standardise features by the training beats; the statistics travel with the model."""

import torch
from torch import Tensor, nn

LIMIT = 5.0
"""Features are cut off at this many standard deviations: one missed beat makes RR ratios huge."""


class FeatureScaler(nn.Module):
    """(x - mean) / sd with statistics that `fit` took from the training set."""

    mean: Tensor
    sd: Tensor

    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("sd", torch.ones(n_features))

    def fit(self, features: Tensor) -> None:
        """Take mean and standard deviation of (n_beats, n_features), training beats only."""
        self.mean.copy_(features.mean(dim=0))
        self.sd.copy_(features.std(dim=0).clamp_min(1e-6))

    def forward(self, features: Tensor) -> Tensor:
        """(B, n_features), standardised and within +-5."""
        return ((features - self.mean) / self.sd).clamp(-LIMIT, LIMIT)
