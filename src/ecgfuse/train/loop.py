"""Train one network on labelled beats with one seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor, nn

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.inputs import LabelledInputs, select
from ecgfuse.engine.device import compute_device
from ecgfuse.engine.randomness import EpochSeeds
from ecgfuse.engine.schedule import OneCycle
from ecgfuse.engine.training import Losses, Progress, Training, no_progress
from ecgfuse.models.backbone import Backbone, start_from
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.models.store import Network
from ecgfuse.train.augment import augment_inputs, swap_in_noise
from ecgfuse.train.average import average_epoch, averaged_model
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.loss import TrainingLoss
from ecgfuse.train.mixup import mix_beats
from ecgfuse.train.sampling import draw_epoch, epoch_size
from ecgfuse.train.validate import validate


@dataclass(frozen=True)
class TrainedSeed:
    """A trained network and its training curve."""

    seed: int
    weights: dict[str, Tensor]
    epoch: int
    """The epoch of these weights, from 1."""
    history: list[dict[str, float]]
    """One row per epoch."""


def train_seed(
    build: Callable[[], Network],
    *,
    train: LabelledInputs,
    valid: LabelledInputs | None,
    config: TrainConfig,
    augment: AugmentConfig,
    seed: int,
    checkpoint: Path | None = None,
    backbone: Backbone | None = None,
    progress: Progress = no_progress,
) -> TrainedSeed:
    """Train a network; on a CPU, equal seeds and data give equal weights, interrupted or not.

    A GPU sums in varying order, which may change the last bits.

    Args:
        build: builds the network; torch's generator is seeded before the call.
        valid: scored after every epoch; None if the last epoch is kept.
        checkpoint: file to resume from, written after every epoch; None writes none.
        backbone: pretrained weights; None starts from scratch.

    Raises:
        ValueError: the backbone belongs to another network; the loss or the output on the
            validation beats is not finite; or there are no validation beats although the best
            epoch is to be kept.
    """
    if valid is None and config.checkpoint != "last":
        raise ValueError(
            f"train.checkpoint is {config.checkpoint!r}, but must be 'last' when there are no "
            "validation beats to choose an epoch by"
        )
    training = BeatTraining(
        build,
        train=train,
        valid=valid,
        config=config,
        augment=augment,
        seed=seed,
        backbone=backbone,
    )
    training.fit(epochs=config.epochs, checkpoint=checkpoint, progress=progress)
    return TrainedSeed(
        seed=seed,
        weights=training.kept_weights,
        epoch=training.kept_epoch,
        history=training.history,
    )


class BeatTraining(Training):
    """Training of a heartbeat network on labelled beats, or on the targets of a teacher."""

    network: Network

    def __init__(
        self,
        build: Callable[[], Network],
        *,
        train: LabelledInputs,
        valid: LabelledInputs | None,
        config: TrainConfig,
        augment: AugmentConfig,
        seed: int,
        backbone: Backbone | None = None,
    ) -> None:
        self.train, self.valid, self.config, self.augment = train, valid, config, augment
        randomness = EpochSeeds(seed)
        network = build()
        if backbone is not None:
            assert isinstance(network, HeartbeatNet), "the network of RR alone has no backbone"
            start_from(network, backbone)
        network.fit_scalers(train.inputs)
        network.to(compute_device())
        optimizer = _optimizer(network, config=config)
        n_steps = config.epochs * _n_steps(epoch_size(len(train), config=config), config.batch_size)
        super().__init__(
            network,
            optimizer=optimizer,
            schedule=OneCycle(optimizer, rate=config.learning_rate, n_steps=n_steps),
            randomness=randomness,
            precision=config.precision,
            name=f"seed {seed}",
            cure=f"lower train.learning_rate ({config.learning_rate:g}) or set "
            "train.precision: fp32",
        )
        self.averaged = averaged_model(network, config=config)
        loss = TrainingLoss.for_labels(train.labels, config=config, n_classes=len(CLASSES))
        self.loss = loss.to(self.device)

    def batches(self, generator: Generator) -> Sequence[Tensor]:
        """Indices of the beats of one epoch, in batches of nearly equal size."""
        order = draw_epoch(self.train, config=self.config, generator=generator)
        return order.tensor_split(_n_steps(len(order), self.config.batch_size))

    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        """The loss of a batch after augmentation and mixup."""
        data, config = self.train, self.config
        inputs = select(data.inputs, batch)
        targets = (data.labels if data.targets is None else data.targets)[batch]
        if data.noisy is not None:
            noisy, share = select(data.noisy, batch), self.augment.noisy_beats
            inputs = swap_in_noise(inputs, noisy, share=share, generator=generator)
        inputs = augment_inputs(inputs, config=self.augment, generator=generator)
        if config.mixup:
            inputs, targets = mix_beats(
                inputs,
                targets,
                alpha=config.mixup,
                n_classes=len(CLASSES),
                generator=generator,
            )
        with self.autocast():
            logits = self.network(inputs.to(self.device))
        # In double, since the training curve sums the losses.
        return {"loss": self.loss(logits.float(), targets.to(self.device)).double()}

    def after_step(self) -> None:
        """Update the moving average of the weights."""
        if self.config.average:
            self.averaged.update_parameters(self.network)

    def after_epoch(self, batches: Sequence[Tensor], losses: Mapping[str, float]) -> None:
        """Update the average of the weights over epochs."""
        average_epoch(
            self.averaged,
            self.network,
            epoch=self.epoch + 1,
            config=self.config,
            inputs=self.train.inputs,
            batches=batches,
        )

    def validate(self) -> dict[str, float]:
        """Scores of the averaged network."""
        return {} if self.valid is None else validate(self.averaged, self.valid)

    def rank(self, scores: Mapping[str, float]) -> float | None:
        """Macro AUPRC, or None to keep the last epoch."""
        return None if self.config.checkpoint == "last" else scores["valid_macro_auprc"]

    def weights(self) -> Mapping[str, Tensor]:
        """Weights of the averaged network."""
        return self.averaged.module.state_dict()

    def parts(self) -> dict[str, object]:
        """Include the averaged network."""
        return super().parts() | {"averaged": self.averaged}


def _n_steps(n_beats: int, batch_size: int) -> int:
    """Steps per epoch; no remainder batch, since batch normalisation fails on a single beat."""
    return max(1, n_beats // batch_size)


def _optimizer(model: nn.Module, *, config: TrainConfig) -> torch.optim.Optimizer:
    """Adam or AdamW, in its faster fused implementation."""
    optimizer = {"adamw": torch.optim.AdamW, "adam": torch.optim.Adam}[config.optimizer]
    return optimizer(
        model.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
    )
