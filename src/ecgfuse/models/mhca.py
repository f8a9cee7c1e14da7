"""Multi-head cross-attention fusion: RR features are the query, ECG tokens the keys and values.

The study's specification, and a corrected form. As specified (`key_value="pooled"`) the ECG is a
single token, so the softmax is always 1 and RR cannot influence the attention. With
`key_value="sequence"` the ECG keeps its time axis and has position embeddings, and a residual path
adds the query to the output, so RR decides which part of the beat is attended to.
"""

from typing import Literal

import torch
from torch import Tensor, nn

from ecgfuse.models.layers import embed_features, sinusoidal_positions


class MHCAFusion(nn.Module):
    """Fuse RR features with the tokens of a beat.

    Args:
        n_features: RR and morphology features.
        token_dim: channels of an ECG token.
        emb_dim: width of query, key and value (64 in the study).
        num_heads: heads of the attention (1 in the study).
        alpha_init: the gate is sigmoid(alpha) per channel; -2 lets RR in at 12 %.
        key_value: "sequence" or "pooled".
        ffn_dim: hidden width of the feed-forward network (256 in the study).
        dropout: rate on the attention output and inside the feed-forward network.
    """

    def __init__(
        self,
        n_features: int,
        *,
        token_dim: int,
        emb_dim: int,
        num_heads: int,
        alpha_init: float,
        key_value: Literal["sequence", "pooled"],
        ffn_dim: int = 256,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.key_value = key_value
        self.out_dim = 2 * emb_dim
        self.query = embed_features(n_features, emb_dim=emb_dim)
        self.project = nn.Linear(token_dim, emb_dim)
        self.attention = nn.MultiheadAttention(emb_dim, num_heads, batch_first=True)
        self.ffn = nn.Sequential(
            nn.Linear(emb_dim, ffn_dim),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Linear(ffn_dim, emb_dim),
        )
        self.dropout = nn.Dropout(dropout)
        self.alpha = nn.Parameter(torch.full((emb_dim,), float(alpha_init)))

    def gate(self) -> Tensor:
        """The learned gate, (emb_dim,), in (0, 1)."""
        return torch.sigmoid(self.alpha)

    def forward(self, tokens: Tensor, rr: Tensor) -> tuple[Tensor, Tensor]:
        """Fuse one batch.

        Args:
            tokens: (B, T, token_dim).
            rr: (B, n_features), standardised.

        Returns:
            The fused feature (B, 2 * emb_dim) = [pooled ECG, gated attention], and the attention
            over the tokens (B, num_heads, T); T is 1 in the pooled form.
        """
        ecg = self.project(tokens)  # (B, T, emb_dim)
        pooled = ecg.mean(dim=1)  # (B, emb_dim)
        query = self.query(rr)[:, None]  # (B, 1, emb_dim)
        if self.key_value == "pooled":
            keys = values = pooled[:, None]  # (B, 1, emb_dim)
        else:
            values = ecg
            keys = ecg + sinusoidal_positions(ecg.shape[1], dim=ecg.shape[2]).to(ecg)
        attended, weights = self.attention(
            query, keys, values, need_weights=True, average_attn_weights=False
        )
        answer = self.dropout(attended)
        if self.key_value == "sequence":
            answer = answer + query
        answer = (answer + self.ffn(answer)).squeeze(1)  # (B, emb_dim)
        fused = torch.cat([pooled, self.gate() * answer], dim=1)
        return fused, weights.squeeze(2)
