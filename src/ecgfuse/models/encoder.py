"""Build the backbone that encodes a beat, by `model.encoder`."""

from typing import assert_never

from torch import Tensor

from ecgfuse.models.config import ModelConfig, Size
from ecgfuse.models.layers import mean_token
from ecgfuse.models.macnn import MACNNSE
from ecgfuse.models.vit import ViTEncoder, vit_size
from ecgfuse.models.wav2vec import Wav2VecEncoder, wav2vec_size

Encoder = MACNNSE | ViTEncoder | Wav2VecEncoder
"""All take rows (B, n_rows, length) and return tokens (B, T, out_channels)."""

BEAT_PATCHES = 16
"""Patches per beat, of 8 samples at length 128; the published 25 samples are for longer windows."""
_BEAT_CONVS = 3
"""Convolutions of wav2vec on a beat: one token per 8 samples, like a patch. The published four
would leave 8 tokens."""


def build_encoder(model: ModelConfig, *, size: Size, n_rows: int, length: int) -> Encoder:
    """Build a backbone with fresh weights, drawn from torch's generator.

    Args:
        size: of vit and wav2vec; macnn_se has its widths from `model`.
        n_rows: rows of a beat.
        length: samples of a row.

    Raises:
        ValueError: vit, and the length is not a multiple of BEAT_PATCHES.
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
    """Samples per patch of a beat.

    Raises:
        ValueError: the length is not a multiple of BEAT_PATCHES.
    """
    if length % BEAT_PATCHES:
        raise ValueError(
            f"preprocess.length is {length}, but must be a multiple of {BEAT_PATCHES} for "
            "model.encoder vit and for pretraining, such as 128"
        )
    return length // BEAT_PATCHES


def summary(encoder: Encoder, rows: Tensor) -> Tensor:
    """One vector per window, (B, out_channels): [CLS] of a vit, else the mean token."""
    tokens = encoder(rows)
    return tokens[:, 0] if isinstance(encoder, ViTEncoder) else mean_token(tokens)
