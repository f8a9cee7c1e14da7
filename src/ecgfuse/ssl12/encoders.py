"""The encoder of each objective, for ten seconds of twelve leads."""

from ecgfuse.models.config import Size
from ecgfuse.models.vit import ViTEncoder, vit_size
from ecgfuse.models.wav2vec import Wav2VecEncoder, wav2vec_size
from ecgfuse.pretrain.config import ObjectiveName
from ecgfuse.pretrain.windows import WindowShape

_CONVS = 4
"""Of wav2vec: a token every 16 samples, as published."""


def encoder_of(
    objective: ObjectiveName, *, size: Size, shape: WindowShape
) -> ViTEncoder | Wav2VecEncoder:
    """The encoder that an objective was published with; fresh weights from torch's generator."""
    if objective == "w2v_cmsc_rlm":
        return Wav2VecEncoder(wav2vec_size(size, n_leads=shape.n_leads, n_convs=_CONVS))
    return ViTEncoder(
        vit_size(size, n_leads=shape.n_leads, n_patches=shape.n_patches, patch=shape.patch)
    )
