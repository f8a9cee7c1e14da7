"""Gated multimodal unit: a gate per channel weights the ECG against RR for each beat.

Reference: Arevalo et al., "Gated Multimodal Units for Information Fusion", ICLR workshop 2017,
arXiv:1702.01992, section 3.1.
"""

import torch
from torch import Tensor, nn

from ecgfuse.models.layers import embed_features, mean_token


class GatedConcatFusion(nn.Module):
    """h = z * tanh(W_v v) + (1 - z) * tanh(W_t t), with the gate z = sigmoid(W_z [v, t]).

    v is the mean ECG token and t the embedded RR features. As in the paper, no W has a bias.

    Args:
        n_features: RR and morphology features.
        token_dim: channels of an ECG token.
        emb_dim: width of the embedded RR features, of the gate and of the fused feature.
        dropout: rate on the embedded RR features.
    """

    def __init__(
        self, n_features: int, *, token_dim: int, emb_dim: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.out_dim = emb_dim
        self.embed = embed_features(n_features, emb_dim=emb_dim)
        self.dropout = nn.Dropout(dropout)
        self.ecg = nn.Linear(token_dim, emb_dim, bias=False)
        self.rr = nn.Linear(emb_dim, emb_dim, bias=False)
        self.weigh = nn.Linear(token_dim + emb_dim, emb_dim, bias=False)

    def forward(self, tokens: Tensor, rr: Tensor) -> tuple[Tensor, None]:
        """Fuse one batch.

        Args:
            tokens: (B, T, token_dim).
            rr: (B, n_features), standardised.

        Returns:
            The fused feature (B, emb_dim), within +-1, and None for the attention.
        """
        pooled = mean_token(tokens)  # (B, token_dim)
        rhythm = self.dropout(self.embed(rr))  # (B, emb_dim)
        gate = torch.sigmoid(self.weigh(torch.cat([pooled, rhythm], dim=1)))  # (B, emb_dim)
        fused = gate * torch.tanh(self.ecg(pooled)) + (1 - gate) * torch.tanh(self.rr(rhythm))
        return fused, None
