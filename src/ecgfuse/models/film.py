"""Feature-wise linear modulation: RR scales and shifts the channels of the ECG tokens.

Reference: Perez et al., "FiLM: Visual Reasoning with a General Conditioning Layer", AAAI 2018,
section 2.
"""

import torch
from torch import Tensor, nn

from ecgfuse.models.layers import embed_features, mean_token

INIT_SD = 0.01
"""Initial standard deviation of the weights behind gamma and beta, which start near 1 and 0."""


class FiLMFusion(nn.Module):
    """h = the mean over the tokens x of relu(gamma * x + beta), with gamma and beta from RR.

    gamma = 1 + delta, as the authors advise, so that the tokens pass nearly unchanged at first.
    The ReLU follows as in their residual block. Without it the modulation would commute with the
    mean and act on a single vector; with it RR selects per channel which tokens contribute. Tokens
    of MACNN-SE are never negative, so initially the ReLU changes nothing.

    Args:
        n_features: RR and morphology features.
        token_dim: channels of an ECG token, and of the fused feature.
        emb_dim: width of the embedded RR features.
        dropout: rate on the embedded RR features.
    """

    def __init__(
        self, n_features: int, *, token_dim: int, emb_dim: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.out_dim = token_dim
        self.embed = embed_features(n_features, emb_dim=emb_dim)
        self.dropout = nn.Dropout(dropout)
        self.modulate = nn.Linear(emb_dim, 2 * token_dim)
        nn.init.normal_(self.modulate.weight, std=INIT_SD)
        nn.init.zeros_(self.modulate.bias)

    def forward(self, tokens: Tensor, rr: Tensor) -> tuple[Tensor, None]:
        """Fuse one batch.

        Args:
            tokens: (B, T, token_dim).
            rr: (B, n_features), standardised.

        Returns:
            The fused feature (B, token_dim), and None for the attention.
        """
        delta, beta = self.modulate(self.dropout(self.embed(rr))).chunk(2, dim=1)
        gamma = 1 + delta  # (B, token_dim), as beta
        return mean_token(torch.relu(gamma[:, None] * tokens + beta[:, None])), None
