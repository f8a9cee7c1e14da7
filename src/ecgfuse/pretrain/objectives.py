"""Build the three pretraining objectives in their two sizes."""

import dataclasses

from ecgfuse.models.encoder import Encoder
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.loop import Objective
from ecgfuse.pretrain.mae import DecoderSize
from ecgfuse.pretrain.mae_moco import MAEMoCo, MAEMoCoSettings
from ecgfuse.pretrain.mae_nextclip import MAENextclip, MAENextclipSettings
from ecgfuse.pretrain.w2v_cmsc_rlm import W2VCMSCRLM, W2VSettings
from ecgfuse.pretrain.windows import WindowShape


def build_objective(
    encoder: Encoder, *, config: PretrainConfig, shape: WindowShape, n_windows: int
) -> Objective:
    """Add the heads of an objective to an encoder; weights are drawn from torch's generator.

    Args:
        encoder: randomly initialised, for windows of this shape.
        config: its objective is not "none".
        n_windows: windows per epoch.

    Raises:
        ValueError: the objective does not support this encoder.
    """
    if config.objective == "w2v_cmsc_rlm":
        if not isinstance(encoder, Wav2VecEncoder):
            raise ValueError(
                "pretrain.objective is 'w2v_cmsc_rlm', which needs the tokens of its own encoder; "
                "set model.encoder: wav2vec, or another objective"
            )
        return W2VCMSCRLM(encoder, settings=_w2v_settings(config, shape=shape))
    if isinstance(encoder, Wav2VecEncoder):
        raise ValueError(
            f"pretrain.objective is {config.objective!r}, which masks patches, and model.encoder "
            "'wav2vec' has none; set pretrain.objective: w2v_cmsc_rlm, or model.encoder: vit"
        )
    wide = config.size == "paper"
    decoder = DecoderSize(width=256 if wide else 64, depth=1, n_heads=8 if wide else 4, mlp_ratio=2)
    if config.objective == "mae_moco":
        moco = _moco_settings(config, n_windows=n_windows)
        return MAEMoCo(encoder, shape=shape, decoder=decoder, settings=moco)
    assert config.objective == "mae_nextclip"
    settings = MAENextclipSettings(alpha=config.nextclip_alpha, mask_ratio=config.mask_ratio)
    return MAENextclip(encoder, shape=shape, decoder=decoder, settings=settings)


def _moco_settings(config: PretrainConfig, *, n_windows: int) -> MAEMoCoSettings:
    settings = MAEMoCoSettings(alpha=config.moco_alpha, mask_ratio=config.mask_ratio)
    if config.size == "paper":
        return settings
    # Short, so that all keys come from recent states of the encoder.
    queue = max(1, min(1024, n_windows // 2))
    return dataclasses.replace(settings, projection=64, queue=queue)


def _w2v_settings(config: PretrainConfig, *, shape: WindowShape) -> W2VSettings:
    if config.size == "paper":
        return W2VSettings(lead_masking=config.lead_masking, span=shape.span)
    return W2VSettings(
        lead_masking=config.lead_masking,
        span=shape.span,
        n_entries=64,
        target_width=64,
        n_distractors=50,
    )
