"""Pretrain an encoder, and save it with its origin and loss history."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from ecgfuse.engine.training import Progress, no_progress
from ecgfuse.models.backbone import save_backbone
from ecgfuse.models.encoder import Encoder
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.loop import Objective, Pretrained, epoch_size, pretrain_network
from ecgfuse.pretrain.objectives import build_objective
from ecgfuse.pretrain.windows import Windows, WindowShape


def pretrain_encoder(
    encoder: Callable[[], Encoder],
    *,
    train: Windows,
    valid: Windows,
    shape: WindowShape,
    config: PretrainConfig,
    checkpoint: Path,
    progress: Progress = no_progress,
) -> Pretrained:
    """Pretrain an encoder with the objective of `config`, on a GPU if available.

    Args:
        encoder: builds it for windows of this shape; torch's generator is seeded before the call.
        valid: windows of other patients; their loss drives early stopping and selects the epoch.
        checkpoint: file to resume from, written after every epoch.

    Raises:
        ValueError: there are no windows, the objective does not support the encoder, or a loss is
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
        progress=progress,
    )


def save_pretrained(trained: Pretrained, folder: Path, *, origin: dict[str, Any]) -> None:
    """Write the encoder, its origin, and history.csv, one row per epoch."""
    save_backbone(trained.encoder, folder, origin=origin)
    pd.DataFrame(trained.history).astype(float).to_csv(
        folder / "history.csv", index=False, float_format="%.6f", lineterminator="\n"
    )
