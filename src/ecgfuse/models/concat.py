"""Concatenate the mean ECG token with the embedded RR features, the simplest late fusion."""

import torch
from torch import Tensor, nn

from ecgfuse.models.layers import embed_features, mean_token


class ConcatFusion(nn.Module):
    """h = [v, t], with the mean token v and the embedded RR features t.

    The study's baseline "concat opt1". RR and ECG interact only in the classifier.

    Args:
        n_features: RR and morphology features.
        token_dim: channels of an ECG token.
        emb_dim: width of the embedded RR features.
        dropout: rate on the embedded RR features.
    """

    def __init__(
        self, n_features: int, *, token_dim: int, emb_dim: int, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.out_dim = token_dim + emb_dim
        self.embed = embed_features(n_features, emb_dim=emb_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor, rr: Tensor) -> tuple[Tensor, None]:
        """Fuse one batch.

        Args:
            tokens: (B, T, token_dim).
            rr: (B, n_features), standardised.

        Returns:
            The fused feature (B, token_dim + emb_dim), and None for the attention.
        """
        return torch.cat([mean_token(tokens), self.dropout(self.embed(rr))], dim=1), None
