"""The compared arms: each backbone from scratch and pretrained by each objective made for it."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from ecgfuse.models.config import EncoderName, ModelConfig
from ecgfuse.pretrain.config import ObjectiveName, PretrainConfig

MADE_FOR: dict[EncoderName, tuple[ObjectiveName, ...]] = {
    "macnn_se": ("mae_moco", "mae_nextclip"),
    "vit": ("mae_moco", "mae_nextclip"),
    "wav2vec": ("w2v_cmsc_rlm",),
}
"""Backbone -> the objectives that can pretrain it."""


@dataclass(frozen=True)
class Arm:
    """One initialisation of a training."""

    encoder: EncoderName
    objective: ObjectiveName

    @property
    def name(self) -> str:
        """For folders and progress bars."""
        return f"{self.encoder}-{self.start}"

    @property
    def start(self) -> str:
        """The objective, or "scratch"."""
        return "scratch" if self.objective == "none" else self.objective

    def model(self, model: ModelConfig) -> ModelConfig:
        """The parameters of its network, given those of any arm."""
        return dataclasses.replace(model, encoder=self.encoder)

    def pretrain(self, config: PretrainConfig) -> PretrainConfig:
        """The parameters of its pretraining, given those of any arm."""
        return dataclasses.replace(config, objective=self.objective)


def arms_of(encoders: Iterable[EncoderName]) -> tuple[Arm, ...]:
    """The arms of these backbones, each from scratch first."""
    return tuple(
        Arm(encoder, objective)
        for encoder in encoders
        for objective in ("none", *MADE_FOR[encoder])
    )
