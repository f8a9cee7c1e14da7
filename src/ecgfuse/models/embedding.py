"""What the fusion blocks share: RR features as one vector, the tokens of a beat as one token."""

from torch import Tensor, nn


def rr_embedding(n_rr: int, *, emb_dim: int) -> nn.Sequential:
    """RR features (B, n_rr) -> (B, emb_dim), as the study makes its query."""
    return nn.Sequential(nn.Linear(n_rr, emb_dim), nn.LayerNorm(emb_dim), nn.GELU())


def mean_token(tokens: Tensor) -> Tensor:
    """Tokens (B, T, C) -> their mean (B, C)."""
    # Not mean(): its gradient divides all T * C values, this one the C sums.
    return tokens.sum(dim=1) / tokens.shape[1]
