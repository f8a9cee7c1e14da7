"""The ResUNet of the published code for one ECG row, and its three heads.

Source: h4xryu/CrossAttention_MACNN_SE, src/models/ResU.py; its one-dimensional layers are written
as two-dimensional ones of height 1, which are faster on a CPU. The published rows B1 and B2 add a
transformer that the code does not contain. `encoder` is a guess: one standard encoder layer over
the tokens.
"""

from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn

from ecgfuse.classes import CLASSES
from ecgfuse.models.layers import mean_token, sinusoidal_positions

ResunetFusion = Literal["none", "concat", "attention"]

WIDTH, INNER_WIDTH = 180, 30
N_TOKENS = 16
"""Of 128 samples: one per 8."""
_DROPOUT = 0.3
_GUESSED_HEADS, _GUESSED_FFN = 9, 360


class UBlock(nn.Module):
    """A U-shaped residual block, then pooling by two.

    Args:
        depth: convolutions of stride 2 on the way down, and as many on the way up.
    """

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.first = _conv(WIDTH, WIDTH, kernel=9)
        widths = [WIDTH, *[INNER_WIDTH] * depth]
        self.down = nn.ModuleList(
            _conv(before, after, kernel=9, stride=2) for before, after in pairwise(widths)
        )
        self.bottleneck = _conv(INNER_WIDTH, INNER_WIDTH, kernel=9)
        self.up = nn.ModuleList(
            _upsample(2 * INNER_WIDTH, width) for width in reversed(widths[:-1])
        )
        self.last = nn.Conv2d(WIDTH, WIDTH, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 180, 1, L) -> (B, 180, 1, L / 2)."""
        entry = self.first(x)
        levels = [entry]
        for layer in self.down:
            levels.append(layer(levels[-1]))
        out = self.bottleneck(levels[-1])
        for layer, skip in zip(self.up, reversed(levels[1:]), strict=True):
            out = layer(torch.cat([out, skip], dim=1))
        out = out + entry
        # Average pooling written out: on a CPU nn.AvgPool2d is several times slower.
        return self.last((out[..., ::2] + out[..., 1::2]) / 2)


class PublishedResunet(nn.Module):
    """One ECG row and RR features -> logits.

    Args:
        n_rr: RR features.
        fusion: none: the mean token alone; concat: the raw RR features beside it (A1); attention:
            RR attends to the tokens, which are several, so RR does have an influence (A2).
        transformer: add the guessed encoder (B1, B2).
    """

    def __init__(self, *, n_rr: int, fusion: ResunetFusion, transformer: bool) -> None:
        super().__init__()
        self.stem = _conv(1, WIDTH, kernel=15, stride=2)
        self.blocks = nn.Sequential(UBlock(4), UBlock(3))
        self.dropout = nn.Dropout2d(_DROPOUT)
        self.encoder = _guessed_encoder() if transformer else None
        self.attention = RRAttention(n_rr) if fusion == "attention" else None
        self.fusion = fusion
        width = {"none": WIDTH, "concat": WIDTH + n_rr, "attention": 2 * WIDTH}[fusion]
        self.classifier = nn.Linear(width, len(CLASSES))

    def forward(self, rows: Tensor, rr: Tensor) -> Tensor:
        """(B, 1, 128), (B, n_rr) -> logits (B, 4)."""
        return self.classify(self.encode(rows), rr)

    def encode(self, rows: Tensor) -> Tensor:
        """(B, 1, 128) -> tokens (B, 16, 180)."""
        channels = self.dropout(self.blocks(self.stem(rows[:, None])))  # (B, 180, 1, 16)
        return channels.squeeze(2).transpose(1, 2)

    def classify(self, tokens: Tensor, rr: Tensor) -> Tensor:
        """(B, 16, 180), (B, n_rr) -> logits (B, 4)."""
        if self.encoder is not None:
            positions = sinusoidal_positions(tokens.shape[1], dim=WIDTH).to(tokens)
            tokens = self.encoder(tokens + positions)
        pooled = mean_token(tokens)  # (B, 180)
        if self.attention is not None:
            pooled = torch.cat([pooled, self.attention(tokens, rr)], dim=1)
        elif self.fusion == "concat":
            pooled = torch.cat([pooled, rr.to(pooled.dtype)], dim=1)
        return self.classifier(pooled)


class RRAttention(nn.Module):
    """RR features as the query, the tokens as keys and values."""

    def __init__(self, n_rr: int) -> None:
        super().__init__()
        self.embed = nn.Linear(n_rr, WIDTH)
        self.attention = nn.MultiheadAttention(WIDTH, 1, dropout=_DROPOUT, batch_first=True)
        self.norm = nn.LayerNorm(WIDTH)
        self.dropout = nn.Dropout(_DROPOUT)

    def forward(self, tokens: Tensor, rr: Tensor) -> Tensor:
        """(B, T, 180), (B, n_rr) -> (B, 180)."""
        query = self.embed(rr)[:, None]
        attended, _ = self.attention(query, tokens, tokens, need_weights=False)
        return self.dropout(self.norm(attended[:, 0]))


def _guessed_encoder() -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(
        WIDTH,
        _GUESSED_HEADS,
        dim_feedforward=_GUESSED_FFN,
        dropout=_DROPOUT,
        activation="gelu",
        batch_first=True,
    )


def _conv(before: int, after: int, *, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(
            before,
            after,
            (1, kernel),
            stride=(1, stride),
            padding=(0, kernel // 2),
            bias=False,
        ),
        nn.BatchNorm2d(after),
        nn.LeakyReLU(inplace=True),
    )


def _upsample(before: int, after: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(
            before,
            after,
            (1, 9),
            stride=(1, 2),
            padding=(0, 4),
            output_padding=(0, 1),
            bias=False,
        ),
        nn.BatchNorm2d(after),
        nn.LeakyReLU(inplace=True),
    )
