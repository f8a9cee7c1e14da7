"""Pretrain an encoder, and keep it with where it comes from and what it lost on the way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.models.backbone import save_backbone
from ecgfuse.models.encoder import Encoder
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.loop import Objective, Pretrained, Progress, epoch_size, pretrain_network
from ecgfuse.pretrain.objectives import build_objective
from ecgfuse.pretrain.windows import Windows, WindowShape
from ecgfuse.train.compute import pretraining_device


def pretrain_encoder(
    encoder: Callable[[], Encoder],
    *,
    train: Windows,
    valid: Windows,
    shape: WindowShape,
    config: PretrainConfig,
    checkpoint: Path,
    progress: Progress = lambda n_windows: None,
) -> Pretrained:
    """Pretrain an encoder by the objective of `config`, on a GPU if there is one.

    Args:
        encoder: makes it, for windows of this shape; torch's generator is seeded before.
        valid: windows of other patients; their loss ends the training and picks the epoch.
        checkpoint: file that is resumed from and written after every epoch.

    Raises:
        ValueError: there are no windows, the objective is not made for the encoder, or a loss is
            not finite.
    """

    def build() -> Objective:
        n_windows = epoch_size(train, config=config)
        return build_objective(encoder(), config=config, shape=shape, n_windows=n_windows)

    return pretrain_network(
        build,
        train=train,
        valid=valid,
        config=config,
        checkpoint=checkpoint,
        device=pretraining_device(),
        progress=progress,
    )


def save_pretrained(trained: Pretrained, folder: Path, *, origin: dict[str, Any]) -> None:
    """Write the encoder, where it comes from, and history.csv, one row an epoch."""
    save_backbone(trained.encoder, folder, origin=origin)
    pd.DataFrame(trained.history).to_csv(
        folder / "history.csv", index=False, float_format="%.6f", lineterminator="\n"
    )
