"""The pretrain stage of studies/ssl12: windows of ten seconds -> one encoder per objective."""

import dataclasses
import shutil
from pathlib import Path

from tqdm import tqdm

from ecgfuse.engine.checkpoint import fingerprint
from ecgfuse.engine.device import compute_device
from ecgfuse.engine.training import Progress, no_progress
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.fit import pretrain_encoder, save_pretrained
from ecgfuse.pretrain.loop import Pretrained, epoch_size
from ecgfuse.pretrain.windows import Windows
from ecgfuse.studies.ssl12.data import Recordings, window_shape
from ecgfuse.studies.ssl12.encoders import ENCODERS, fresh_encoder


def pretrain(
    config: PretrainConfig, *, fs: float, windows: Path, checkpoints: Path, out: Path
) -> None:
    """Pretrain the encoder of one objective.

    Args:
        fs: sampling rate of the windows, in Hz.
        windows: output folder of `prepare`.
        checkpoints: folder for checkpoints, which is no output of the stage.
        out: folder for the encoder, its origin, and history.csv, one row per epoch.

    Raises:
        ValueError: a file is missing, or a loss is not finite.
    """
    recordings = Recordings.load(windows)
    train, valid = (recordings.split(name).windows() for name in ("train", "valid"))
    state = checkpoints / pretraining_name(config, fs=fs, windows=windows)
    with tqdm(
        total=config.epochs * epoch_size(train, config=config),
        desc=f"pretrain {config.objective}",
        unit="window",
        disable=None,
    ) as bar:
        trained = pretrain_windows(
            train,
            valid=valid,
            config=config,
            fs=fs,
            checkpoint=state / "pretrain.pt",
            progress=bar.update,
        )
    origin = {
        "objective": config.objective,
        "size": config.size,
        "fs": fs,
        "epoch": trained.epoch,
        "windows": len(train),
    }
    with atomic_folder(out) as folder:
        save_pretrained(trained, folder, origin=origin)
    shutil.rmtree(state, ignore_errors=True)


def pretrain_windows(
    train: Windows,
    *,
    valid: Windows,
    config: PretrainConfig,
    fs: float,
    checkpoint: Path,
    progress: Progress = no_progress,
) -> Pretrained:
    """Pretrain the encoder of an objective on windows.

    Raises:
        ValueError: as `pretrain_encoder`.
    """
    shape = window_shape(train.signal, fs=fs)
    return pretrain_encoder(
        lambda: fresh_encoder(ENCODERS[config.objective], size=config.size, shape=shape),
        train=train,
        valid=valid,
        shape=shape,
        config=config,
        checkpoint=checkpoint,
        progress=progress,
    )


def pretraining_name(config: PretrainConfig, *, fs: float, windows: Path) -> str:
    """Name of a pretraining among the checkpoints; the same name means the same results."""
    settings = {
        "pretrain": dataclasses.asdict(config),
        "fs": fs,
        "device": compute_device().type,
    }
    return fingerprint(settings, files=[windows / "signal.npy", windows / "windows.csv"])
