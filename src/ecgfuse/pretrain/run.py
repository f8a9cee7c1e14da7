"""The pretrain stage: unlabelled beats of the training patients -> the backbone of the fusions."""

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from ecgfuse.datasets.beats import load_beats
from ecgfuse.engine.checkpoint import fingerprint
from ecgfuse.engine.device import compute_device
from ecgfuse.engine.training import Progress, no_progress
from ecgfuse.models.backbone import save_backbone
from ecgfuse.models.config import ModelConfig
from ecgfuse.models.encoder import build_encoder
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pretrain.beats import beat_shape, beat_windows
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.fit import pretrain_encoder, save_pretrained
from ecgfuse.pretrain.loop import Pretrained, epoch_size


@dataclass(frozen=True, kw_only=True)
class UnlabelledBeats:
    """Signal rows of beats, with their records."""

    ecg: Tensor
    """(n_beats, n_rows, length) float32, in order of record and time."""
    records: Tensor
    """(n_beats,) int64"""

    @classmethod
    def load(cls, folder: Path) -> "UnlabelledBeats":
        """Load the beats of one split from the output of `preprocess`.

        Raises:
            ValueError: a file is missing.
        """
        beats = load_beats(folder)
        _, records = np.unique(beats.records, return_inverse=True)
        return cls(ecg=torch.from_numpy(beats.ecg), records=torch.from_numpy(records))

    def __len__(self) -> int:
        return len(self.records)


def pretrain(
    config: PretrainConfig,
    *,
    model: ModelConfig,
    beats: Path,
    checkpoints: Path,
    out: Path,
) -> None:
    """Pretrain the backbone with the configured objective, if any.

    Args:
        beats: output folder of `preprocess`; train/ is trained on, and the loss on valid/ drives
            the learning rate and selects the epoch.
        checkpoints: folder for checkpoints; not an output of the stage.
        out: folder for the backbone, its origin, and history.csv with the losses per epoch; with
            the objective "none", for the origin only.

    Raises:
        ValueError: a file is missing, the objective does not support the encoder, or a loss is not
            finite.
    """
    if config.objective == "none":
        with atomic_folder(out) as folder:
            save_backbone(None, folder, origin={"objective": "none"})
        return
    train, valid = (UnlabelledBeats.load(beats / split) for split in ("train", "valid"))
    state = checkpoints / pretraining_name(config, model=model, beats=beats)
    with tqdm(
        total=config.epochs * epoch_size(train, config=config),
        desc=f"pretrain {config.objective}",
        unit="beat",
        unit_scale=True,
        disable=None,
    ) as bar:
        trained = pretrain_backbone(
            train,
            valid=valid,
            config=config,
            model=model,
            checkpoint=state / "pretrain.pt",
            progress=bar.update,
        )
    origin = {"objective": config.objective, "encoder": model.encoder, "epoch": trained.epoch}
    with atomic_folder(out) as folder:
        save_pretrained(trained, folder, origin=origin)
    shutil.rmtree(state, ignore_errors=True)


def pretraining_name(config: PretrainConfig, *, model: ModelConfig, beats: Path) -> str:
    """Checkpoint folder name of a pretraining; equal names have equal results."""
    settings = {
        "pretrain": dataclasses.asdict(config),
        "model": dataclasses.asdict(model),
        "device": compute_device().type,
    }
    files = [
        beats / split / name for split in ("train", "valid") for name in ("ecg.npy", "beats.csv")
    ]
    return fingerprint(settings, files=files)


def pretrain_backbone(
    train: UnlabelledBeats,
    *,
    valid: UnlabelledBeats,
    config: PretrainConfig,
    model: ModelConfig,
    checkpoint: Path,
    progress: Progress = no_progress,
) -> Pretrained:
    """Pretrain the encoder of `model` on beats.

    Raises:
        ValueError: as `pretrain_encoder`.
    """
    shape = beat_shape(train.ecg)
    return pretrain_encoder(
        lambda: build_encoder(
            model, size=config.size, n_rows=shape.n_leads, length=shape.n_samples
        ),
        train=beat_windows(train.ecg, records=train.records, objective=config.objective),
        valid=beat_windows(valid.ecg, records=valid.records, objective=config.objective),
        shape=shape,
        config=config,
        checkpoint=checkpoint,
        progress=progress,
    )
