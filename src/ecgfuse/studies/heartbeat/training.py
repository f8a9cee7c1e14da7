"""Training of the networks for single beats, by the published settings where there are any.

Two things differ. The published study scores the network of the last epoch; here that of the epoch
with the lowest validation loss is kept. And the network of an epoch is there that of its last step,
whose loss on the validation beats jumps from epoch to epoch; here it is the running mean of the
weights over many steps (Polyak and Juditsky 1992), which has a lower and smoother loss.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F
from torch.optim.swa_utils import AveragedModel

from ecgfuse.engine.device import Precision, compute_device
from ecgfuse.engine.randomness import EpochSeeds
from ecgfuse.engine.schedule import PlateauSchedule
from ecgfuse.engine.training import Losses, Progress, Training, no_progress
from ecgfuse.models.single_beat import SingleBeatName, build_single_beat
from ecgfuse.pipeline.params import require

Augment = Callable[[Tensor, Tensor, Generator], tuple[Tensor, Tensor]]
"""(ecg, labels) of a batch, and the generator of the epoch -> changed (ecg, labels). Labels may
become probabilities of the classes, (n, n_classes)."""


@dataclass(frozen=True, kw_only=True)
class Examples:
    """Beats to train or validate on."""

    ecg: Tensor
    """(n, 187) float32 in [0, 1]."""
    labels: Tensor
    """(n,) int64: 0 normal and 1 abnormal, or the index of a class."""

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, kw_only=True)
class FitConfig:
    """How long a network is trained."""

    group: ClassVar[str] = "fit"

    max_epochs: int
    """Passes over the training beats at most; 10,000 as published. A stage may replace it."""
    patience: int
    """Epochs without a lower validation loss before training stops; 10 as published."""
    precision: Precision
    """Of the networks in training."""

    def __post_init__(self) -> None:
        for field in ("max_epochs", "patience"):
            require(
                getattr(self, field) >= 1,
                field=f"fit.{field}",
                value=getattr(self, field),
                cure="must be 1 or more",
            )


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The optimiser's settings for a network."""

    rate: float
    """Learning rate of Adam."""
    batch_size: int
    auto: Precision = "auto"
    """What fit.precision: auto means."""


STEPS: Mapping[SingleBeatName, Steps] = {
    "cnn_lstm": Steps(rate=1e-3, batch_size=128),  # as published
    "cnn_lstm_dropout": Steps(rate=1e-3, batch_size=128),  # as published
    "transformer": Steps(rate=1e-3, batch_size=64),  # the rate is chosen on validation beats
    # As published. In bf16 a step takes 15 ms, in fp32 9 ms: its layers are too small to gain.
    "transformer_published": Steps(rate=1e-4, batch_size=64, auto="fp32"),
}


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A trained network."""

    weights: dict[str, Tensor]
    """The mean weights at the epoch with the lowest validation loss."""
    history: list[dict[str, float]]
    """Of each epoch: epoch, train_loss, valid_loss, valid_accuracy."""
    epoch: int
    """The epoch of the weights, counted from 1."""


ADAM_EPS = 1e-7
"""The default of Keras; torch has 1e-8."""
AVERAGED_STEPS = 500
"""The mean of the weights reaches back over about a ninth of the steps so far, at most so many."""


class BeatTraining(Training):
    """Training of one network; the mean weights of the lowest validation loss are kept.

    Args:
        name: the network.
        seed: of weights, order, dropout and augmentation.
    """

    def __init__(
        self,
        name: SingleBeatName,
        *,
        train: Examples,
        valid: Examples,
        config: FitConfig,
        seed: int,
        n_classes: int,
        augment: Augment | None,
    ) -> None:
        self.train, self.valid, self.augment = train, valid, augment
        steps = STEPS[name]
        self.batch_size = steps.batch_size
        randomness = EpochSeeds(seed)
        network = build_single_beat(name, n_classes=n_classes).to(compute_device())
        self.average = AveragedModel(network, multi_avg_fn=_average)
        optimizer = torch.optim.Adam(network.parameters(), lr=steps.rate, eps=ADAM_EPS, fused=True)
        super().__init__(
            network,
            optimizer=optimizer,
            schedule=PlateauSchedule(
                optimizer,
                rate=steps.rate,
                warmup=0,
                patience=1,
                factor=1.0,
                stop_after=config.patience,
            ),
            randomness=randomness,
            precision=steps.auto if config.precision == "auto" else config.precision,
            name=f"{name}, seed {seed}",
            cure="set fit.precision: fp32",
        )

    def batches(self, generator: Generator) -> Sequence[Tensor]:
        """All beats once in random order."""
        return torch.randperm(len(self.train), generator=generator).split(self.batch_size)

    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        """The cross-entropy of one batch."""
        ecg, labels = self.train.ecg[batch], self.train.labels[batch]
        if self.augment is not None:
            ecg, labels = self.augment(ecg, labels, generator)
        with self.autocast():
            logits = self.network(ecg.to(self.device))
        return {"loss": F.cross_entropy(logits.float(), labels.to(self.device))}

    def after_step(self) -> None:
        """Update the running mean of the weights."""
        self.average.update_parameters(self.network)

    def validate(self) -> dict[str, float]:
        """Cross-entropy and accuracy on the validation beats, with the mean weights."""
        logits = predict_logits(self.average.module, self.valid.ecg)
        right = (logits.argmax(dim=1) == self.valid.labels).float()
        return {
            "valid_loss": float(F.cross_entropy(logits, self.valid.labels)),
            "valid_accuracy": float(right.mean()),
        }

    def rank(self, scores: Mapping[str, float]) -> float:
        """The lowest validation loss is best."""
        return -scores["valid_loss"]

    def weights(self) -> Mapping[str, Tensor]:
        """The mean weights."""
        weights: Mapping[str, Tensor] = self.average.module.state_dict()
        return weights

    def parts(self) -> dict[str, Any]:
        """With the running mean."""
        return super().parts() | {"average": self.average}


@torch.no_grad()
def _average(means: Sequence[Tensor], current: Sequence[Tensor], n_averaged: Tensor | int) -> None:
    """Move the means towards the current weights; the first ones forget the initial weights."""
    n = int(n_averaged)
    share = max(1 / AVERAGED_STEPS, 9 / (10 + n))
    for mean, weight in zip(means, current, strict=True):
        mean.lerp_(weight, share)


def fit(
    name: SingleBeatName,
    *,
    train: Examples,
    valid: Examples,
    config: FitConfig,
    seed: int,
    n_classes: int = 2,
    augment: Augment | None = None,
    checkpoint: Path | None = None,
    progress: Progress = no_progress,
) -> Fitted:
    """Train one network with early stopping on the validation loss.

    The published study stops likewise, but keeps the weights of the last step.

    Args:
        name: the network; its learning rate and batch size are those of STEPS.
        augment: changes each training batch.
        checkpoint: file to resume from, written after every epoch; the result is the same.

    Raises:
        ValueError: a loss is not finite.
    """
    training = BeatTraining(
        name,
        train=train,
        valid=valid,
        config=config,
        seed=seed,
        n_classes=n_classes,
        augment=augment,
    )
    training.fit(epochs=config.max_epochs, checkpoint=checkpoint, progress=progress)
    return Fitted(
        weights=training.kept_weights, history=training.history, epoch=training.kept_epoch
    )


def predict(network: nn.Module, ecg: Tensor) -> np.ndarray:
    """Probabilities (n, n_classes) of beats (n, 187), of the network in evaluation mode."""
    return predict_logits(network, ecg).softmax(dim=1).numpy()


@torch.inference_mode()
def predict_logits(network: nn.Module, ecg: Tensor, *, batch_size: int = 1024) -> Tensor:
    """Logits (n, n_classes) in fp32 on the CPU; the network is left in evaluation mode."""
    network.eval()
    device = next(network.parameters()).device
    return torch.cat([network(part.to(device)).cpu() for part in ecg.split(batch_size)])
