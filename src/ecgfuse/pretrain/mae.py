"""The masked autoencoder of MAE-MoCo and MAE-Nextclip: reconstruct masked patches from the others.

He et al., "Masked Autoencoders Are Scalable Vision Learners", CVPR 2022. Published decoder of
MAE-MoCo and MAE-Nextclip: width 256, 1 block, 8 heads, MLP ratio 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ecgfuse.models.layers import sinusoidal_positions
from ecgfuse.models.macnn import MACNNSE
from ecgfuse.models.vit import Block, ViTEncoder, initialise
from ecgfuse.pretrain.masking import visible_tokens
from ecgfuse.pretrain.windows import WindowShape

MAEEncoder = ViTEncoder | MACNNSE
"""Encoders that can be trained as masked autoencoders."""


@dataclass(frozen=True, kw_only=True)
class DecoderSize:
    """Shape of a decoder."""

    width: int
    depth: int
    n_heads: int
    mlp_ratio: int


class MAEDecoder(nn.Module):
    """Encoded visible patches -> samples of all patches, (B, n_patches, n_leads * patch).

    It does not read [CLS], which serves the other task of each objective.

    Args:
        in_width: width of the encoded patches.
    """

    def __init__(self, size: DecoderSize, *, in_width: int, shape: WindowShape) -> None:
        super().__init__()
        self.embed = nn.Linear(in_width, size.width)
        self.mask_token = nn.Parameter(torch.zeros(1, 1, size.width))
        self.blocks = nn.Sequential(
            *(
                Block(size.width, n_heads=size.n_heads, mlp_ratio=size.mlp_ratio)
                for _ in range(size.depth)
            )
        )
        self.norm = nn.LayerNorm(size.width)
        self.samples = nn.Linear(size.width, shape.n_leads * shape.patch)
        initialise(self)
        self.positions = nn.Parameter(sinusoidal_positions(shape.n_patches, dim=size.width)[None])

    def forward(self, known: Tensor, hidden: Tensor) -> Tensor:
        """Insert mask tokens for the masked patches, and decode.

        Args:
            known: (B, n_known, in_width), in temporal order.
            hidden: (B, n_patches) bool, True where a patch is missing from `known`.
        """
        known = self.embed(known)  # (B, n_known, width)
        tokens = self.mask_token.to(known.dtype).expand(*hidden.shape, -1)
        index = (~hidden)[:, :, None].expand_as(tokens)
        tokens = tokens.masked_scatter(index, known)  # (B, n_patches, width)
        return self.samples(self.norm(self.blocks(tokens + self.positions)))


def guess_patches(
    encoder: MAEEncoder, decoder: MAEDecoder, signal: Tensor, *, mask: Tensor
) -> Tensor:
    """Reconstruct all patches, (B, n_patches, n_leads * patch).

    A ViT encodes only the visible patches. A convolutional network cannot skip samples: MACNN-SE
    reads zeros in their place, and outputs tokens for masked patches, too.

    Args:
        signal: (B, n_leads, n_samples).
        mask: (B, n_patches) bool, True where masked.
    """
    if isinstance(encoder, ViTEncoder):
        visible = visible_tokens(encoder.embed(signal), mask)
        return decoder(encoder.encode(visible)[:, 1:], mask)
    n_patches = mask.shape[1]
    samples = mask.repeat_interleave(signal.shape[2] // n_patches, dim=1)  # (B, n_samples)
    tokens = encoder(signal.masked_fill(samples[:, None], 0.0))  # (B, T, width)
    patches = tokens.unflatten(1, (n_patches, -1)).mean(dim=2)  # (B, n_patches, width)
    return decoder(patches, torch.zeros_like(mask))


def cut_patches(signal: Tensor, *, patch: int) -> Tensor:
    """(B, n_leads, n_patches * patch) -> (B, n_patches, n_leads * patch), lead by lead."""
    n_windows, n_leads, n_samples = signal.shape
    cut = signal.view(n_windows, n_leads, n_samples // patch, patch)
    return cut.transpose(1, 2).flatten(2)  # (B, n_patches, n_leads * patch)


def in_scales(signal: Tensor, scales: Sequence[float]) -> Tensor:
    """Divide each lead of (B, n_leads, n_samples) by its scale."""
    return signal / signal.new_tensor(scales)[:, None]


def masked_mse(guess: Tensor, patches: Tensor, mask: Tensor) -> Tensor:
    """Mean squared error over the samples of the masked patches.

    Args:
        guess: (B, n_patches, n_leads * patch).
        patches: the same shape.
        mask: (B, n_patches) bool, True where masked.
    """
    return (guess[mask] - patches[mask]).square().mean()


def mae_losses(
    encoder: MAEEncoder,
    decoder: MAEDecoder,
    signal: Tensor,
    *,
    mask: Tensor,
    scales: Sequence[float],
) -> dict[str, Tensor]:
    """The reconstruction error of the masked patches, and that of the trivial guess, zero.

    Args:
        signal: (B, n_leads, n_samples).
        mask: (B, n_patches) bool, True where masked.
        scales: (n_leads,), units of the errors.
    """
    patches = cut_patches(in_scales(signal, scales), patch=signal.shape[2] // mask.shape[1])
    guess = guess_patches(encoder, decoder, signal, mask=mask)
    return {
        "mae": masked_mse(guess.float(), patches, mask),
        "mae_if_zero": patches[mask].square().mean(),
    }
