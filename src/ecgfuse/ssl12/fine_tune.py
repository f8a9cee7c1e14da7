"""Train a classifier of recordings: a linear layer on an encoder, frozen or not.

As published for MAE-MoCo and MAE-Nextclip: Adam, warm-up, lower rate on a plateau, early stopping,
and the best epoch by the validation loss is tested.
"""

import copy
import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ecgfuse.models.encoder import summary
from ecgfuse.models.vit import ViTEncoder
from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain.loop import computes_in_bf16
from ecgfuse.pretrain.schedule import PlateauSchedule
from ecgfuse.ssl12.config import FineTuneConfig
from ecgfuse.ssl12.dataset import Task
from ecgfuse.train.compute import pretraining_device

_BATCH_SIZE = 64
"""Of windows that are only looked at."""


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
    """What a classifier reads, and what it should say of it."""

    inputs: Tensor
    """(n, ...): windows, or what a frozen encoder says of them."""
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
    """Fit a network; it comes back with the weights of the best epoch, in evaluation mode.

    Raises:
        ValueError: a loss is not finite.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    device = pretraining_device()
    bf16 = computes_in_bf16(config.precision, device=device)
    network.to(device)
    optimizer = torch.optim.Adam(network.parameters(), lr=learning_rate)
    schedule = PlateauSchedule(
        optimizer,
        rate=learning_rate,
        warmup=config.warmup_epochs,
        patience=config.patience,
        factor=config.factor,
        stop_after=config.stop_after,
    )
    best = copy.deepcopy(network.state_dict())
    while schedule.epoch < config.epochs and not schedule.stops:
        network.train()
        order = torch.randperm(len(train.targets), generator=generator)
        for index in order.split(config.batch_size):
            inputs, targets = train.inputs[index].to(device), train.targets[index].to(device)
            with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
                logits = network(inputs)
            loss = task_loss(logits.float(), targets, task=task)
            if not torch.isfinite(loss):
                raise ValueError(
                    f"the loss is {loss.item()} in epoch {schedule.epoch + 1} of fine-tuning; "
                    "lower fine_tune.learning_rate"
                )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        valid_loss = task_loss(predict(network, valid.inputs), valid.targets, task=task).item()
        if not math.isfinite(valid_loss):
            raise ValueError(
                f"the validation loss is {valid_loss} in epoch {schedule.epoch + 1} of "
                "fine-tuning; lower fine_tune.learning_rate"
            )
        if schedule.step(valid_loss):
            best = copy.deepcopy(network.state_dict())
    network.load_state_dict(best)
    return network.eval()


def task_loss(logits: Tensor, targets: Tensor, *, task: Task) -> Tensor:
    """Cross-entropy of the one rhythm, or of each diagnosis on its own."""
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
    """What a frozen encoder says of each window, (n, out_channels), on the CPU."""
    device = pretraining_device()
    encoder.to(device).eval()
    parts = signal.split(_BATCH_SIZE)
    return torch.cat([summary(encoder, part.to(device)).cpu() for part in parts])
