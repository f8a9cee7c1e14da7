"""Small building blocks shared by several networks."""

import math
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

LIMIT = 5.0
"""Standardised features are clipped to this many standard deviations: one missed beat makes RR
ratios huge."""


class FeatureScaler(nn.Module):
    """Standardise features by the training beats; the statistics are stored with the weights.

    Args:
        n_features: number of features.
    """

    mean: Tensor
    sd: Tensor

    def __init__(self, n_features: int) -> None:
        super().__init__()
        self.n_features = n_features
        self.register_buffer("mean", torch.zeros(n_features))
        self.register_buffer("sd", torch.ones(n_features))

    def fit(self, features: Tensor) -> None:
        """Set mean and standard deviation from (n_beats, n_features), training beats only."""
        self.mean.copy_(features.mean(dim=0))
        self.sd.copy_(features.std(dim=0).clamp_min(1e-6))

    def forward(self, features: Tensor) -> Tensor:
        """(B, n_features) -> (x - mean) / sd, clipped to +-5."""
        return ((features - self.mean) / self.sd).clamp(-LIMIT, LIMIT)


class WaveformDropout(nn.Module):
    """In training, set all tokens of a beat to zero with some probability.

    Networks quickly recognise their training patients by the waveform and then stop learning from
    the RR features, which transfer to new patients. Beats without a waveform keep the RR branch
    learning. Dropping whole modalities is from ModDrop (Neverova et al., "ModDrop: adaptive
    multi-modal gesture recognition", PAMI 2016, section 3.3).

    Args:
        p: probability, 0 to below 1.
    """

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T, C) -> (B, T, C). Kept beats are not scaled up: they are complete."""
        if not self.training or not self.p:
            return tokens
        kept = torch.rand(len(tokens), 1, 1, device=tokens.device) >= self.p
        return tokens * kept.to(tokens.dtype)


def embed_features(n_features: int, *, emb_dim: int) -> nn.Sequential:
    """Embedding of RR or morphology features, (B, n_features) -> (B, emb_dim).

    As the study makes the query of its cross-attention.
    """
    return nn.Sequential(nn.Linear(n_features, emb_dim), nn.LayerNorm(emb_dim), nn.GELU())


def mean_token(tokens: Tensor) -> Tensor:
    """Mean over the tokens, (B, T, C) -> (B, C)."""
    # Not mean(): its gradient divides all T * C values, this one the C sums.
    return tokens.sum(dim=1) / tokens.shape[1]


def sinusoidal_positions(n_tokens: int, *, dim: int) -> Tensor:
    """Sinusoidal position embedding, (n_tokens, dim); Vaswani et al. 2017, section 3.5."""
    steps = torch.arange(n_tokens, dtype=torch.float32)[:, None]
    rates = torch.exp(torch.arange(0, dim, 2) * (-math.log(10_000.0) / dim))
    table = torch.zeros(n_tokens, dim)
    table[:, 0::2] = torch.sin(steps * rates)
    table[:, 1::2] = torch.cos(steps * rates[: dim // 2])
    return table


def attention_on(device: torch.device) -> AbstractContextManager[None]:
    """Context in which attention uses the implementation that is fastest on a device.

    On a CPU this is the plain matrix products: in bfloat16 the backward pass of the fused kernel
    took more than half of a training step, which is two to three times as fast without it.
    """
    return sdpa_kernel(SDPBackend.MATH) if device.type == "cpu" else nullcontext()
