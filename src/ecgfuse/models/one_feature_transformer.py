"""The published transformer for single beats, which is no transformer: it normalises one feature.

incognito-developer/ECGanalysis uses the time series example of Keras (keras-io, 2021) unchanged, on
beats with one value per time step. The layer norm of a single value is its bias, whatever the value
is, so the attention sees 187 equal tokens. In evaluation mode each block adds the same number to
all samples of all beats. What is left is a network of two dense layers, 187-128-n_classes, on the
samples; 28,744 of its 53,066 parameters move one number that the bias of the first dense layer can
replace. The pooling of the example averages over the one feature, and does nothing.
"""

import math

import torch
from torch import Tensor, nn

from ecgfuse.datasets.single_beats import LENGTH
from ecgfuse.models.cnn_lstm import initialise_as_keras

N_BLOCKS, N_HEADS, HEAD_SIZE, FEED_FORWARD, HIDDEN = 4, 4, 256, 4, 128
DROPOUT, HEAD_DROPOUT = 0.25, 0.4
EPS = 1e-6
LEVELS = 2**16
"""Levels of the binomial distribution from which dropout is drawn."""


class OneFeatureTransformer(nn.Module):
    """Single beats (B, 187) -> logits (B, n_classes); 53,066 parameters with two classes.

    Args:
        full_attention: compute every block for all 187 tokens. By default what is equal for all
            tokens is computed for one of them: the outputs are the same up to rounding, and in
            training the dropout has the same distribution, but other draws.
    """

    def __init__(self, *, n_classes: int = 2, full_attention: bool = False) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            *(OneFeatureBlock(full_attention=full_attention) for _ in range(N_BLOCKS))
        )
        self.dense = nn.Sequential(nn.Linear(LENGTH, HIDDEN), nn.ReLU(), nn.Dropout(HEAD_DROPOUT))
        self.n_features = HIDDEN
        self.head = nn.Linear(HIDDEN, n_classes)
        initialise_as_keras(self)

    def features(self, x: Tensor) -> Tensor:
        """(B, 187) -> the hidden dense layer, (B, 128)."""
        return self.dense(self.blocks(x[:, :, None])[:, :, 0])

    def forward(self, x: Tensor) -> Tensor:
        """(B, 187) -> logits (B, n_classes)."""
        return self.head(self.features(x))


class OneFeatureBlock(nn.Module):
    """Attention and a feed-forward layer, each after a layer norm of one feature.

    Args:
        full_attention: see `OneFeatureTransformer`.
    """

    def __init__(self, *, full_attention: bool) -> None:
        super().__init__()
        self.full_attention = full_attention
        self.attention_norm = nn.LayerNorm(1, eps=EPS)
        self.attention = OneFeatureAttention()
        self.dropout = nn.Dropout(DROPOUT)
        self.feed_forward_norm = nn.LayerNorm(1, eps=EPS)
        self.feed_forward = nn.Sequential(nn.Linear(1, FEED_FORWARD), nn.ReLU())
        self.feed_forward_out = nn.Sequential(nn.Dropout(DROPOUT), nn.Linear(FEED_FORWARD, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, 1) -> (B, T, 1)."""
        if self.full_attention:
            answer = self.attention(self.attention_norm(x))
        else:
            answer = self.attention.of_equal_tokens(self.attention_norm(x[:, :1]))
        x = x + self.dropout(answer)
        normalised = self.feed_forward_norm(x if self.full_attention else x[:, :1])
        hidden = self.feed_forward(normalised).expand(-1, x.shape[1], -1)  # (B, T, 4)
        return x + self.feed_forward_out(hidden)


class OneFeatureAttention(nn.Module):
    """Multi-head self-attention on 187 tokens of one feature, with dropout of its weights."""

    quantiles: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(1, N_HEADS * HEAD_SIZE) for _ in range(3))
        self.out = nn.Linear(N_HEADS * HEAD_SIZE, 1)
        self.register_buffer("quantiles", _binomial_quantiles(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Any tokens, (B, T, 1) -> (B, T, 1)."""
        query, key, value = (
            project(x).unflatten(2, (N_HEADS, HEAD_SIZE)).transpose(1, 2)  # (B, heads, T, size)
            for project in (self.query, self.key, self.value)
        )
        dropout = DROPOUT if self.training else 0.0
        answer = nn.functional.scaled_dot_product_attention(query, key, value, dropout_p=dropout)
        return self.out(answer.transpose(1, 2).flatten(2))

    def of_equal_tokens(self, x: Tensor) -> Tensor:
        """The same of 187 tokens that all equal x, (B, 1, 1) -> (B, 187, 1).

        All attention weights are 1 / 187, so each answer is the value of the token. In training a
        token keeps a binomial number of its 187 weights, each divided by the share kept on average.
        """
        value = self.value(x).unflatten(2, (N_HEADS, HEAD_SIZE))  # (B, 1, heads, size)
        by_head = (value * self.out.weight.view(N_HEADS, HEAD_SIZE)).sum(dim=3)  # (B, 1, heads)
        if not self.training:
            return (by_head.sum(dim=2, keepdim=True) + self.out.bias).expand(-1, LENGTH, -1)
        kept = self.kept_weights(len(x)) / (LENGTH * (1 - DROPOUT))
        return (by_head * kept).sum(dim=2, keepdim=True) + self.out.bias

    def kept_weights(self, n_beats: int) -> Tensor:
        """Draw how many of its weights each token and head keeps, (n_beats, 187, heads)."""
        shape = (n_beats, LENGTH, N_HEADS)
        drawn = torch.rand(shape, device=self.quantiles.device) * LEVELS
        return self.quantiles[drawn.long()]  # nine times as fast as torch.binomial


def _binomial_quantiles() -> Tensor:
    """How many of 187 weights are kept, at equally likely levels, (LEVELS,)."""
    kept, counts = 1 - DROPOUT, range(LENGTH)
    shares = [math.comb(LENGTH, k) * kept**k * DROPOUT ** (LENGTH - k) for k in counts]
    levels = (torch.arange(LEVELS, dtype=torch.float64) + 0.5) / LEVELS
    return torch.searchsorted(torch.tensor(shares, dtype=torch.float64).cumsum(0), levels).float()
