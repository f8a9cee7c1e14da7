"""Pretrain, probe, train and test each arm of the comparison."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.backbone import load_backbone
from ecgfuse.models.encoder import build_encoder
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.fit import save_pretrained
from ecgfuse.pretrain.run import UnlabelledBeats, pretrain_backbone, pretraining_name
from ecgfuse.studies.pretrain_comparison.arms import Arm
from ecgfuse.studies.pretrain_comparison.probe import probe
from ecgfuse.studies.pretrain_comparison.results import ProbeScores
from ecgfuse.train.loop import train_seed
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.train.validate import predict_logits


@dataclass(frozen=True, kw_only=True)
class PretrainComparisonJob:
    """What the comparison needs."""

    training: TrainingJob
    """Training of the fusion; model.encoder and backbone differ between arms."""
    pretrain: PretrainConfig
    """Its objective differs between arms."""
    arms: tuple[Arm, ...]
    probe_beats: int

    def backbone(self, arm: Arm) -> Path | None:
        """Folder of the backbone of an arm until the stage is done; None from scratch."""
        if arm.objective == "none":
            return None
        config, model = arm.pretrain(self.pretrain), arm.model(self.training.model)
        name = pretraining_name(config, model=model, beats=self.training.beats)
        return self.training.checkpoints / name / "backbone"

    def arm(self, arm: Arm) -> TrainingJob:
        """The training of an arm."""
        model = arm.model(self.training.model)
        return dataclasses.replace(self.training, model=model, backbone=self.backbone(arm))


def pretrain_arm(job: PretrainComparisonJob, arm: Arm) -> pd.DataFrame:
    """Pretrain the backbone of an arm unless it exists, in one thread.

    Returns:
        The losses, one row per epoch.

    Raises:
        ValueError: as `pretrain_backbone`.
    """
    use_one_thread()
    folder, beats = job.backbone(arm), job.training.beats
    assert folder is not None, "from scratch there is nothing to pretrain"
    if not folder.is_dir():
        trained = pretrain_backbone(
            UnlabelledBeats.load(beats / "train"),
            valid=UnlabelledBeats.load(beats / "valid"),
            config=arm.pretrain(job.pretrain),
            model=arm.model(job.training.model),
            checkpoint=folder.with_name("pretrain.pt"),
        )
        with atomic_folder(folder) as temporary:
            save_pretrained(trained, temporary, origin={"objective": arm.objective})
    return pd.read_csv(folder / "history.csv")


def probe_arm(job: PretrainComparisonJob, arm: Arm) -> ProbeScores:
    """Probe the encoder of an arm, before any training with labels."""
    use_one_thread()
    train, valid = (job.training.load(split) for split in ("train", "valid"))
    _, n_rows, length = train.inputs.ecg.shape
    torch.manual_seed(job.pretrain.seed)
    encoder = build_encoder(
        arm.model(job.training.model), size=job.pretrain.size, n_rows=n_rows, length=length
    )
    if (folder := job.backbone(arm)) is not None:
        encoder.load_state_dict(load_backbone(folder) or {})
    return probe(
        encoder,
        train=(train.inputs.ecg, train.labels.numpy()),
        valid=(valid.inputs.ecg, valid.labels.numpy()),
        n_beats=job.probe_beats,
    )


def train_and_predict(job: PretrainComparisonJob, arm: Arm, seed: int) -> np.ndarray:
    """Train an arm with one seed, in one thread, and predict the test patients.

    Returns:
        Probabilities (n_test_beats, n_classes).

    Raises:
        ValueError: as `train_seed`.
    """
    use_one_thread()
    training = job.arm(arm)
    train = training.load("train")
    spec = training.spec(train)
    trained = train_seed(
        spec.build,
        backbone=training.start(),
        train=train,
        valid=None if training.train.checkpoint == "last" else training.load("valid"),
        config=training.train,
        augment=training.augment,
        seed=seed,
        checkpoint=training.checkpoints / training.fingerprint() / f"seed-{seed}.pt",
    )
    network = spec.build()
    network.load_state_dict(trained.weights)
    logits = predict_logits(network, training.load("test").inputs, batch_size=256)
    return logits.softmax(dim=1).numpy()
