"""The backbones that can read a beat, by their name in `model.encoder`."""

from typing import assert_never

from torch import Tensor

from ecgfuse.models.config import ModelConfig, Size
from ecgfuse.models.embedding import mean_token
from ecgfuse.models.macnn import MACNNSE
from ecgfuse.models.vit import ViTEncoder, vit_size
from ecgfuse.models.wav2vec import Wav2VecEncoder, wav2vec_size

Encoder = MACNNSE | ViTEncoder | Wav2VecEncoder
"""All take rows (B, n_rows, length) and give tokens (B, T, out_channels)."""

BEAT_PATCHES = 16
"""Patches of a beat: 8 of its 128 samples each, where the published 25 are of a longer window."""
_BEAT_CONVS = 3
"""Of wav2vec on a beat: a token every 8 samples, as a patch. The published four would leave 8."""


def build_encoder(model: ModelConfig, *, size: Size, n_rows: int, length: int) -> Encoder:
    """A backbone with fresh weights, drawn from torch's generator.

    Args:
        size: of vit and wav2vec; macnn_se has its widths from `model`.
        n_rows, length: of the beats.

    Raises:
        ValueError: the beats do not hold whole patches.
    """
    match model.encoder:
        case "macnn_se":
            return MACNNSE(
                n_rows,
                dilations=model.dilations,
                se_reductions=model.se_reductions,
                stem_channels=model.stem_channels,
                stochastic_depth=model.stochastic_depth,
            )
        case "vit":
            patch = beat_patch(length)
            shape = vit_size(size, n_leads=n_rows, n_patches=BEAT_PATCHES, patch=patch)
            return ViTEncoder(shape)
        case "wav2vec":
            return Wav2VecEncoder(wav2vec_size(size, n_leads=n_rows, n_convs=_BEAT_CONVS))
        case _:
            assert_never(model.encoder)


def beat_patch(length: int) -> int:
    """Samples of a patch of a beat.

    Raises:
        ValueError: the patches do not cover the beat.
    """
    if length % BEAT_PATCHES:
        raise ValueError(
            f"preprocess.length is {length}, but must be a multiple of {BEAT_PATCHES} for "
            "model.encoder vit and for pretraining, such as 128"
        )
    return length // BEAT_PATCHES


def summary(encoder: Encoder, rows: Tensor) -> Tensor:
    """One vector for each window, (B, out_channels): [CLS] of a vit, else the mean token."""
    tokens = encoder(rows)
    return tokens[:, 0] if isinstance(encoder, ViTEncoder) else mean_token(tokens)
