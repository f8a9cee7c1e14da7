"""The masked autoencoder's half of both objectives: guess the hidden patches from the others.

He et al., "Masked Autoencoders Are Scalable Vision Learners", CVPR 2022; published decoder of
MAE-MoCo and MAE-Nextclip: width 256, 1 block, 8 heads, an MLP ratio of 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ecgfuse.models.macnn import MACNNSE
from ecgfuse.models.positions import sinusoidal_positions
from ecgfuse.models.vit import Block, ViTEncoder, initialise
from ecgfuse.pretrain.masking import visible_tokens
from ecgfuse.pretrain.windows import WindowShape

MAEEncoder = ViTEncoder | MACNNSE
"""Backbones that can be masked autoencoders."""


@dataclass(frozen=True, kw_only=True)
class DecoderSize:
    """Shape of a decoder."""

    width: int
    depth: int
    n_heads: int
    mlp_ratio: int


class MAEDecoder(nn.Module):
    """Encoded patches that are not hidden -> samples of all, (B, n_patches, n_leads * patch).

    It sees no [CLS], which is for the other task of each objective.

    Args:
        in_width: of the encoded patches.
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
        """Put known patches in their places, mask tokens between them, and decode.

        Args:
            known: (B, n_known, in_width), in the order of time.
            hidden: (B, n_patches) bool, True where a patch is not among them.
        """
        known = self.embed(known)  # (B, n_known, width)
        tokens = self.mask_token.to(known.dtype).expand(*hidden.shape, -1)
        index = (~hidden)[:, :, None].expand_as(tokens)
        tokens = tokens.masked_scatter(index, known)  # (B, n_patches, width)
        return self.samples(self.norm(self.blocks(tokens + self.positions)))


def guess_patches(
    encoder: MAEEncoder, decoder: MAEDecoder, signal: Tensor, *, mask: Tensor
) -> Tensor:
    """All patches as the autoencoder draws them, (B, n_patches, n_leads * patch).

    A ViT encodes the patches that are not hidden. A convolution cannot leave samples out: MACNN-SE
    sees zeros in their place, and has a token for hidden patches, too.

    Args:
        signal: (B, n_leads, n_samples).
        mask: (B, n_patches) bool, True where hidden.
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
    """(B, n_leads, n_patches * patch) -> (B, n_patches, n_leads * patch), lead after lead."""
    n_windows, n_leads, n_samples = signal.shape
    cut = signal.view(n_windows, n_leads, n_samples // patch, patch)
    return cut.transpose(1, 2).flatten(2)  # (B, n_patches, n_leads * patch)


def in_scales(signal: Tensor, scales: Sequence[float]) -> Tensor:
    """Each lead of (B, n_leads, n_samples) over how large it usually is."""
    return signal / signal.new_tensor(scales)[:, None]


def masked_mse(guess: Tensor, patches: Tensor, mask: Tensor) -> Tensor:
    """Mean squared error over the samples of the hidden patches alone.

    Args:
        guess, patches: (B, n_patches, n_leads * patch).
        mask: (B, n_patches) bool, True where hidden.
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
    """The error of guessing the hidden patches, and that of the trivial guess, zero.

    Args:
        signal: (B, n_leads, n_samples).
        mask: (B, n_patches) bool, True where hidden.
        scales: (n_leads,), the units of the errors.
    """
    patches = cut_patches(in_scales(signal, scales), patch=signal.shape[2] // mask.shape[1])
    guess = guess_patches(encoder, decoder, signal, mask=mask)
    return {
        "mae": masked_mse(guess.float(), patches, mask),
        "mae_if_zero": patches[mask].square().mean(),
    }
