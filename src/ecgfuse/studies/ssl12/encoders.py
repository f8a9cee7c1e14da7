"""The encoder of each objective, for ten seconds of twelve leads."""

from typing import Literal

from ecgfuse.models.config import Size
from ecgfuse.models.vit import ViTEncoder, vit_size
from ecgfuse.models.wav2vec import Wav2VecEncoder, wav2vec_size
from ecgfuse.pretrain.config import ObjectiveName
from ecgfuse.pretrain.windows import WindowShape

EncoderName = Literal["vit", "wav2vec"]
ENCODERS: dict[ObjectiveName, EncoderName] = {
    "mae_moco": "vit",
    "mae_nextclip": "vit",
    "w2v_cmsc_rlm": "wav2vec",
}
"""Objective -> the encoder that it was published with."""

_CONVS = 4
"""Convolutions of wav2vec: one token per 16 samples, as published."""


def fresh_encoder(
    name: EncoderName, *, size: Size, shape: WindowShape
) -> ViTEncoder | Wav2VecEncoder:
    """Build an encoder for windows of a shape, with weights drawn from torch's generator."""
    if name == "wav2vec":
        return Wav2VecEncoder(wav2vec_size(size, n_leads=shape.n_leads, n_convs=_CONVS))
    return ViTEncoder(
        vit_size(size, n_leads=shape.n_leads, n_patches=shape.n_patches, patch=shape.patch)
    )
