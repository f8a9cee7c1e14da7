"""The fusion blocks of the published code, on the pooled ECG feature.

Each takes the ECG feature (B, 64) and the raw RR features (B, n_rr) and returns the input of the
classifier. Source: h4xryu/CrossAttention_MACNN_SE; the text of the study gives two sizes that its
code does not have (`ffn_dim` and `gated` of `PooledAttention`).
"""

import torch
from torch import Tensor, nn

EMB_DIM = 64
_ALPHA_INIT = -2.0
"""Initial value below a gate's sigmoid, which is then 0.12."""


class Concat(nn.Module):
    """An MLP on the ECG feature, and the RR features as they are, (B, 64 + n_rr)."""

    def __init__(self, n_rr: int) -> None:
        super().__init__()
        self.mlp = _mlp(dropout=0.2)
        self.out_features = EMB_DIM + n_rr

    def forward(self, ecg: Tensor, rr: Tensor) -> Tensor:
        """(B, 64), (B, n_rr) -> (B, 64 + n_rr)."""
        return torch.cat([self.mlp(ecg), rr.to(ecg.dtype)], dim=1)


class ProjectedConcat(nn.Module):
    """An MLP on the ECG feature, and the embedded RR features times one learned gate, (B, 128)."""

    def __init__(self, n_rr: int) -> None:
        super().__init__()
        self.mlp = _mlp(dropout=0.3)
        self.embed = _embedding(n_rr)
        self.alpha = nn.Parameter(torch.tensor(_ALPHA_INIT))
        self.out_features = 2 * EMB_DIM

    def forward(self, ecg: Tensor, rr: Tensor) -> Tensor:
        """(B, 64), (B, n_rr) -> (B, 128)."""
        return torch.cat([self.mlp(ecg), self.embed(rr) * self.alpha.sigmoid()], dim=1)


class PooledAttention(nn.Module):
    """Cross-attention from RR to one pooled ECG token, (B, 128).

    Softmax over one key is 1, so the output does not depend on the RR features.

    Args:
        n_rr: RR features.
        ffn_dim: hidden width of the feed-forward network: 128 in the code, 256 in the text.
        gated: a gate per channel on the attention; in the text, commented out in the code.
    """

    def __init__(self, n_rr: int, *, ffn_dim: int, gated: bool) -> None:
        super().__init__()
        self.embed = _embedding(n_rr)
        self.attention = nn.MultiheadAttention(EMB_DIM, 1, dropout=0.2, batch_first=True)
        self.norm = nn.LayerNorm(EMB_DIM)
        self.ffn = nn.Sequential(
            nn.Linear(EMB_DIM, ffn_dim), nn.GELU(), nn.Dropout(0.2), nn.Linear(ffn_dim, EMB_DIM)
        )
        self.ffn_norm = nn.LayerNorm(EMB_DIM)
        self.alpha = nn.Parameter(torch.full((EMB_DIM,), _ALPHA_INIT)) if gated else None
        self.out_features = 2 * EMB_DIM

    def forward(self, ecg: Tensor, rr: Tensor) -> Tensor:
        """(B, 64), (B, n_rr) -> (B, 128)."""
        query, token = self.embed(rr)[:, None], ecg[:, None]  # (B, 1, 64) each
        attended, _ = self.attention(query, token, token, need_weights=False)
        joined = self.norm(attended[:, 0])
        joined = self.ffn_norm(joined + self.ffn(joined))
        if self.alpha is not None:
            joined = joined * self.alpha.sigmoid()
        return torch.cat([ecg, joined], dim=1)


def _embedding(n_rr: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(n_rr, EMB_DIM), nn.LayerNorm(EMB_DIM), nn.GELU())


def _mlp(*, dropout: float) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(EMB_DIM, 2 * EMB_DIM),
        nn.LayerNorm(2 * EMB_DIM),
        nn.GELU(),
        nn.Dropout(dropout),
        nn.Linear(2 * EMB_DIM, EMB_DIM),
    )
