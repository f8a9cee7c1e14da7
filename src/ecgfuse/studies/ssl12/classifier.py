"""Train a classifier of recordings: a linear layer on a frozen or fine-tuned encoder.

As published for MAE-MoCo and MAE-Nextclip: Adam, warm-up, reduction on plateaus, early stopping,
and selection of the epoch by the validation loss.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ecgfuse.engine.device import compute_device
from ecgfuse.engine.randomness import OneStream
from ecgfuse.engine.schedule import PlateauSchedule
from ecgfuse.engine.training import Losses, Training
from ecgfuse.models.encoder import summary
from ecgfuse.models.vit import ViTEncoder
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.studies.ssl12.config import FineTuneConfig
from ecgfuse.studies.ssl12.data import Task

_BATCH_SIZE = 64
"""Windows per batch in inference."""


class WindowClassifier(nn.Module):
    """Windows (B, n_leads, n_samples) -> logits (B, n_classes)."""

    def __init__(self, encoder: ViTEncoder | Wav2VecEncoder, *, n_classes: int) -> None:
        super().__init__()
        self.encoder = encoder
        self.classifier = nn.Linear(encoder.out_channels, n_classes)

    def forward(self, signal: Tensor) -> Tensor:
        """[CLS], or the mean token, through one linear layer."""
        return self.classifier(summary(self.encoder, signal))


@dataclass(frozen=True)
class Labelled:
    """Inputs and targets of a classifier."""

    inputs: Tensor
    """(n, ...): windows, or their embeddings from a frozen encoder."""
    targets: Tensor
    """(n, n_classes) float32"""


def fit_classifier(
    network: nn.Module,
    *,
    train: Labelled,
    valid: Labelled,
    task: Task,
    config: FineTuneConfig,
    learning_rate: float,
    seed: int,
) -> nn.Module:
    """Train a network and return it with the weights of the best epoch, in evaluation mode.

    Raises:
        ValueError: a loss is not finite.
    """
    training = FineTuning(
        network,
        train=train,
        valid=valid,
        task=task,
        config=config,
        learning_rate=learning_rate,
        seed=seed,
    )
    training.fit(epochs=config.epochs)
    network.load_state_dict(training.kept_weights)
    return network.eval()


class FineTuning(Training):
    """Training of a classifier on labelled windows or embeddings."""

    def __init__(
        self,
        network: nn.Module,
        *,
        train: Labelled,
        valid: Labelled,
        task: Task,
        config: FineTuneConfig,
        learning_rate: float,
        seed: int,
    ) -> None:
        self.train, self.valid, self.task, self.config = train, valid, task, config
        network.to(compute_device())
        optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
        super().__init__(
            network,
            optimizer=optimizer,
            schedule=PlateauSchedule(
                optimizer,
                rate=learning_rate,
                warmup=config.warmup_epochs,
                patience=config.patience,
                factor=config.factor,
                stop_after=config.stop_after,
            ),
            randomness=OneStream(seed),
            precision=config.precision,
            name="fine-tuning",
            cure="lower fine_tune.learning_rate",
        )

    def batches(self, generator: Generator) -> Sequence[Tensor]:
        """All examples in random order."""
        order = torch.randperm(len(self.train.targets), generator=generator)
        return order.split(self.config.batch_size)

    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        """The loss of the task on one batch."""
        inputs = self.train.inputs[batch].to(self.device)
        targets = self.train.targets[batch].to(self.device)
        with self.autocast():
            logits = self.network(inputs)
        return {"loss": task_loss(logits.float(), targets, task=self.task)}

    def validate(self) -> dict[str, float]:
        """The loss on the validation recordings."""
        logits = predict(self.network, self.valid.inputs)
        return {"valid_loss": task_loss(logits, self.valid.targets, task=self.task).item()}

    def rank(self, scores: Mapping[str, float]) -> float:
        """The negative validation loss."""
        return -scores["valid_loss"]


def task_loss(logits: Tensor, targets: Tensor, *, task: Task) -> Tensor:
    """Cross-entropy for rhythms, binary cross-entropy per diagnosis for diagnoses."""
    if task == "rhythm":
        return F.cross_entropy(logits, targets)
    return F.binary_cross_entropy_with_logits(logits, targets)


@torch.no_grad()
def predict(network: nn.Module, inputs: Tensor) -> Tensor:
    """Logits (n, n_classes), on the CPU."""
    network.eval()
    device = next(network.parameters()).device
    return torch.cat([network(part.to(device)).cpu() for part in inputs.split(_BATCH_SIZE)])


@torch.no_grad()
def embed(encoder: ViTEncoder | Wav2VecEncoder, signal: Tensor) -> Tensor:
    """Embeddings (n, out_channels) of windows from a frozen encoder, on the CPU."""
    device = compute_device()
    encoder.to(device).eval()
    parts = signal.split(_BATCH_SIZE)
    return torch.cat([summary(encoder, part.to(device)).cpu() for part in parts])
