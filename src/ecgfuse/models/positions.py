"""Where a token stands, for networks that would not know."""

import math

import torch
from torch import Tensor


def sinusoidal_positions(n_tokens: int, *, dim: int) -> Tensor:
    """Sinusoids (n_tokens, dim), Vaswani et al. 2017, section 3.5."""
    steps = torch.arange(n_tokens, dtype=torch.float32)[:, None]
    rates = torch.exp(torch.arange(0, dim, 2) * (-math.log(10_000.0) / dim))
    table = torch.zeros(n_tokens, dim)
    table[:, 0::2] = torch.sin(steps * rates)
    table[:, 1::2] = torch.cos(steps * rates[: dim // 2])
    return table
