"""A vision transformer over time: patches of the ECG are the tokens, preceded by [CLS].

Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021. The published sizes of MAE-MoCo and
MAE-Nextclip are a patch of 25 samples, width 512, 6 blocks, 16 heads, and an MLP ratio of 2.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ecgfuse.models.config import Size
from ecgfuse.models.layers import attention_on, sinusoidal_positions

_INIT_SD = 0.02


@dataclass(frozen=True, kw_only=True)
class ViTSize:
    """Shape of the encoder."""

    n_leads: int
    n_patches: int
    patch: int
    """Samples per patch."""
    width: int
    depth: int
    """Transformer blocks."""
    n_heads: int
    mlp_ratio: int


def vit_size(size: Size, *, n_leads: int, n_patches: int, patch: int) -> ViTSize:
    """The shape with the published width, depth and heads, or with small ones."""
    wide = size == "paper"
    return ViTSize(
        n_leads=n_leads,
        n_patches=n_patches,
        patch=patch,
        width=512 if wide else 128,
        depth=6 if wide else 3,
        n_heads=16 if wide else 4,
        mlp_ratio=2,
    )


class SelfAttention(nn.Module):
    """Multi-head self-attention."""

    def __init__(self, width: int, *, n_heads: int) -> None:
        super().__init__()
        if width % n_heads:
            raise ValueError(f"n_heads is {n_heads}, but must divide the width, {width}")
        self.n_heads = n_heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, width) -> (B, T, width); every token attends to all tokens."""
        n_beats, n_tokens, width = x.shape
        qkv = self.qkv(x).view(n_beats, n_tokens, 3, self.n_heads, width // self.n_heads)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # each (B, n_heads, T, width / n_heads)
        with attention_on(x.device):
            answer = F.scaled_dot_product_attention(query, key, value)
        return self.out(answer.transpose(1, 2).reshape(n_beats, n_tokens, width))  # (B, T, width)


class Block(nn.Module):
    """Pre-norm transformer block."""

    def __init__(self, width: int, *, n_heads: int, mlp_ratio: int) -> None:
        super().__init__()
        self.attention_norm = nn.LayerNorm(width)
        self.attention = SelfAttention(width, n_heads=n_heads)
        self.mlp_norm = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, mlp_ratio * width), nn.GELU(), nn.Linear(mlp_ratio * width, width)
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, width) -> (B, T, width)."""
        x = x + self.attention(self.attention_norm(x))
        return x + self.mlp(self.mlp_norm(x))


class ViTEncoder(nn.Module):
    """Signals (B, n_leads, n_samples) -> tokens (B, 1 + n_patches, width), [CLS] first."""

    def __init__(self, size: ViTSize) -> None:
        super().__init__()
        self.size = size
        self.patches = nn.Conv1d(
            size.n_leads, size.width, kernel_size=size.patch, stride=size.patch
        )
        self.cls = nn.Parameter(torch.zeros(1, 1, size.width))
        self.blocks = nn.Sequential(
            *(
                Block(size.width, n_heads=size.n_heads, mlp_ratio=size.mlp_ratio)
                for _ in range(size.depth)
            )
        )
        self.norm = nn.LayerNorm(size.width)
        self.out_channels = size.width
        initialise(self)
        # Learned, as published. The initial values are not published: with N(0, 0.02) and few
        # recordings, the masked autoencoder only learns to predict the mean patch.
        positions = sinusoidal_positions(1 + size.n_patches, dim=size.width)
        self.positions = nn.Parameter(positions[None])

    def embed(self, signal: Tensor) -> Tensor:
        """Patches with positions, (B, n_patches, width); masking selects from these."""
        tokens = self.patches(signal).transpose(1, 2)  # (B, n_patches, width)
        return tokens + self.positions[:, 1:]

    def encode(self, tokens: Tensor) -> Tensor:
        """Embedded patches (B, n, width) -> (B, 1 + n, width), [CLS] first."""
        n_windows = tokens.shape[0]  # not len(): the ONNX export would make it a constant
        cls = (self.cls + self.positions[:, :1]).expand(n_windows, -1, -1)
        return self.norm(self.blocks(torch.cat([cls, tokens], dim=1)))

    def forward(self, signal: Tensor) -> Tensor:
        """Encode all patches, without masking."""
        return self.encode(self.embed(signal))


def initialise(module: nn.Module) -> None:
    """Xavier-uniform linear layers with zero bias; N(0, 0.02) for the module's own parameters.

    As in the encoder and decoder of the masked autoencoder (He et al. 2022).
    """
    for part in module.modules():
        if isinstance(part, nn.Linear):
            nn.init.xavier_uniform_(part.weight)
            nn.init.zeros_(part.bias)
    for parameter in module.parameters(recurse=False):
        nn.init.normal_(parameter, std=_INIT_SD)
