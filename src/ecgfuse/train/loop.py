"""Train one network with one seed, resuming from its checkpoint."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ecgfuse.datasets.inputs import LabelledInputs, select
from ecgfuse.models.backbone import Backbone, start_from
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.records.annotations import CLASSES
from ecgfuse.train.augment import augment_inputs, swap_in_noise
from ecgfuse.train.average import average_epoch, averaged_model
from ecgfuse.train.checkpoint import load_checkpoint, save_checkpoint
from ecgfuse.train.compute import uses_bf16
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.loss import TrainingLoss
from ecgfuse.train.mixup import mix_beats
from ecgfuse.train.sampling import draw_epoch, epoch_size
from ecgfuse.train.validate import validate

Progress = Callable[[int], None]
"""Is told how many beats were trained since the last call."""


@dataclass(frozen=True)
class TrainedSeed:
    """A trained network and how it got there."""

    seed: int
    weights: dict[str, Tensor]
    epoch: int
    """The epoch of these weights, from 1."""
    history: list[dict[str, float]]
    """One row an epoch."""


def train_seed(
    build: Callable[[], HeartbeatNet],
    *,
    train: LabelledInputs,
    valid: LabelledInputs | None,
    config: TrainConfig,
    augment: AugmentConfig,
    seed: int,
    checkpoint: Path,
    backbone: Backbone | None = None,
    progress: Progress = lambda n_beats: None,
) -> TrainedSeed:
    """Fit a network; the same seed and data give the same weights, interrupted or not.

    Args:
        build: makes the network; torch's generator is seeded before it is called.
        valid: scored after every epoch; None where no epoch is to be chosen, only the last kept.
        checkpoint: file that is resumed from and written after every epoch.
        backbone: pretrained weights that the network starts from; None starts from scratch.

    Raises:
        ValueError: the backbone is that of another network; the loss, or the output on the
            validation beats, is not finite; or the best epoch is asked for without validation
            beats.
    """
    if valid is None and config.checkpoint != "last":
        raise ValueError(
            f"train.checkpoint is {config.checkpoint!r}, but must be 'last' where there are no "
            "validation beats to choose an epoch by"
        )
    run = _Run(build, backbone=backbone, train=train, config=config, augment=augment, seed=seed)
    if (state := load_checkpoint(checkpoint)) is not None:
        run.restore(state)
        progress(run.epoch * epoch_size(len(train), config=config))
    while run.epoch < config.epochs:
        loss = run.train_epoch(train, progress=progress)
        run.keep(loss, {} if valid is None else validate(run.averaged, valid))
        save_checkpoint(run.state(), checkpoint)
    return read_trained(checkpoint, seed=seed)


def read_trained(checkpoint: Path, *, seed: int) -> TrainedSeed:
    """What `train_seed` left in its checkpoint.

    Raises:
        ValueError: the checkpoint is gone or damaged.
    """
    state = load_checkpoint(checkpoint)
    if state is None:
        raise ValueError(f"{checkpoint}: the checkpoint is gone; run 'dvc repro' again")
    return TrainedSeed(
        seed=seed,
        weights=state["kept_weights"],
        epoch=state["kept_epoch"],
        history=state["history"],
    )


class _Run:
    """Everything that changes while one seed is trained."""

    def __init__(
        self,
        build: Callable[[], HeartbeatNet],
        *,
        backbone: Backbone | None,
        train: LabelledInputs,
        config: TrainConfig,
        augment: AugmentConfig,
        seed: int,
    ) -> None:
        self.config, self.augment, self.seed = config, augment, seed
        torch.manual_seed(seed)
        self.model = build()
        if backbone is not None:
            start_from(self.model, backbone)
        if self.model.scaler is not None:
            self.model.scaler.fit(train.inputs.features)
        self.averaged = averaged_model(self.model, config=config)
        self.optimizer = _optimizer(self.model, config=config)
        n_drawn = epoch_size(len(train), config=config)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            max_lr=config.learning_rate,
            total_steps=config.epochs * _n_steps(n_drawn, config.batch_size),
        )
        self.loss = TrainingLoss.for_labels(train.labels, config=config)
        self.bf16 = uses_bf16(config.precision)
        self.epoch = self.kept_epoch = 0
        self.best = float("-inf")
        self.kept_weights: dict[str, Tensor] = {}
        self.history: list[dict[str, float]] = []

    def train_epoch(self, data: LabelledInputs, *, progress: Progress) -> float:
        """Train on the beats drawn for one epoch; the mean loss."""
        # Seeded by epoch, so that a resumed run draws the same order, noise and dropout.
        torch.manual_seed(self.seed + 100_003 * (self.epoch + 1))
        generator = torch.Generator().manual_seed(torch.initial_seed())
        order = draw_epoch(data, config=self.config, generator=generator)
        batches = order.tensor_split(_n_steps(len(order), self.config.batch_size))
        self.model.train()
        total = 0.0
        for index in batches:
            total += self._step(data, index, generator=generator) * len(index)
            progress(len(index))
        average_epoch(
            self.averaged,
            self.model,
            epoch=self.epoch + 1,
            config=self.config,
            inputs=data.inputs,
            batches=batches,
        )
        return total / len(order)

    def _step(self, data: LabelledInputs, index: Tensor, *, generator: torch.Generator) -> float:
        inputs = select(data.inputs, index)
        targets = (data.labels if data.targets is None else data.targets)[index]
        if data.noisy is not None:
            noisy, share = select(data.noisy, index), self.augment.noisy_beats
            inputs = swap_in_noise(inputs, noisy, share=share, generator=generator)
        inputs = augment_inputs(inputs, config=self.augment, generator=generator)
        if self.config.mixup:
            inputs, targets = mix_beats(
                inputs,
                targets,
                alpha=self.config.mixup,
                n_classes=len(CLASSES),
                generator=generator,
            )
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            logits = self.model(inputs)
        loss = self.loss(logits.float(), targets)
        if not torch.isfinite(loss):
            raise ValueError(
                f"the loss of seed {self.seed} is {loss.item()} in epoch {self.epoch + 1}; lower "
                f"train.learning_rate ({self.config.learning_rate:g}) or set train.precision: fp32"
            )
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.step()
        if self.config.average:
            self.averaged.update_parameters(self.model)
        return loss.item()

    def keep(self, train_loss: float, scores: dict[str, float]) -> None:
        """Note the end of an epoch, and keep its weights if they are the ones asked for."""
        self.epoch += 1
        self.history.append({"epoch": self.epoch, "train_loss": train_loss, **scores})
        auprc = scores.get("valid_macro_auprc", float("-inf"))
        if auprc > self.best or self.config.checkpoint == "last":
            self.best = max(self.best, auprc)
            self.kept_epoch = self.epoch
            self.kept_weights = copy.deepcopy(self.averaged.module.state_dict())

    def state(self) -> dict[str, Any]:
        """All of it, for a checkpoint."""
        return {
            "model": self.model.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "epoch": self.epoch,
            "kept_epoch": self.kept_epoch,
            "kept_weights": self.kept_weights,
            "best": self.best,
            "history": self.history,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to what `state` gave."""
        for part in ("model", "averaged", "optimizer", "schedule"):
            getattr(self, part).load_state_dict(state[part])
        for name in ("epoch", "kept_epoch", "kept_weights", "best", "history"):
            setattr(self, name, state[name])


def _n_steps(n_beats: int, batch_size: int) -> int:
    """Steps of nearly equal size: a last batch of one beat would break batch normalisation."""
    return max(1, n_beats // batch_size)


def _optimizer(model: nn.Module, *, config: TrainConfig) -> torch.optim.Optimizer:
    """Adam or AdamW; in its fused form, which is one call instead of some hundred."""
    optimizer = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}[config.optimizer]
    return optimizer(
        model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
    )
