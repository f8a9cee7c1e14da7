"""The training loop of all networks: epochs of steps, with a checkpoint after every epoch.

A subclass of `Training` defines the batches of an epoch, the losses of a batch, the validation, and
which epoch to keep. What concerns all trainings belongs here. Training on several GPUs, for
example, would split batches between ranks and average the gradients in `step`, without changes to
the subclasses.
"""

import copy
import math
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor, nn

from ecgfuse.engine.checkpoint import load_checkpoint, save_checkpoint
from ecgfuse.engine.device import Precision, compute_device, uses_bf16
from ecgfuse.engine.randomness import Randomness
from ecgfuse.engine.schedule import Schedule

Progress = Callable[[int], None]
"""Called with the number of examples trained since the last call."""

Losses = Mapping[str, Tensor]
"""Scalars by name; "loss" is minimised, the others are only recorded."""


def no_progress(n_examples: int) -> None:
    """Report nothing."""


class Training(ABC):
    """The training of one network: its state and its loop.

    Args:
        network: on the device of `compute_device`.
        name: name of the training in messages, such as "seed 1" or "pretraining".
        cure: advice in the message about a loss that is not finite.
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        optimizer: torch.optim.Optimizer,
        schedule: Schedule,
        randomness: Randomness,
        precision: Precision,
        name: str,
        cure: str,
    ) -> None:
        self.network, self.optimizer, self.schedule = network, optimizer, schedule
        self.randomness = randomness
        self.device = compute_device()
        self.bf16 = uses_bf16(precision, device=self.device)
        self.name, self.cure = name, cure
        self.epoch = self.n_trained = self.kept_epoch = 0
        self.best = float("-inf")
        self.kept_weights: dict[str, Tensor] = {}
        self.history: list[dict[str, float]] = []

    # To be defined by subclasses; hooks with a default are optional.

    @abstractmethod
    def batches(self, generator: Generator) -> Sequence[Tensor]:
        """Indices of the examples of each step of the next epoch."""

    @abstractmethod
    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        """The losses of one batch; code that may run in bf16 is wrapped in `autocast`."""

    def before_epoch(self) -> None:  # noqa: B027
        """Prepare an epoch."""

    def after_step(self) -> None:  # noqa: B027
        """Called after every step, for example to update a momentum encoder or an average."""

    def after_epoch(  # noqa: B027
        self, batches: Sequence[Tensor], losses: Mapping[str, float]
    ) -> None:
        """Called after the steps of an epoch, before validation."""

    def validate(self) -> dict[str, float]:
        """Scores on the validation split, by name; "valid_loss" drives the schedule."""
        return {}

    def rank(self, scores: Mapping[str, float]) -> float | None:
        """Selection score of an epoch, higher is better; None keeps the last epoch."""
        return None

    def weights(self) -> Mapping[str, Tensor]:
        """The weights to keep from the selected epoch."""
        return self.network.state_dict()

    def parts(self) -> dict[str, Any]:
        """Objects with a state_dict that belong in the checkpoint, by name."""
        return {
            "network": self.network,
            "optimizer": self.optimizer,
            "schedule": self.schedule,
            "randomness": self.randomness,
        }

    # The loop

    def fit(
        self, *, epochs: int, checkpoint: Path | None = None, progress: Progress = no_progress
    ) -> None:
        """Train until the last epoch, or until the schedule stops; resuming gives equal weights.

        Args:
            epochs: total, including epochs of an earlier, interrupted run.
            checkpoint: file to resume from, written after every epoch.

        Raises:
            ValueError: a loss is not finite.
        """
        if checkpoint is not None and (state := load_checkpoint(checkpoint)) is not None:
            self.load_state_dict(state)
            progress(self.n_trained)
        while self.epoch < epochs and not self.schedule.stops:
            losses = self.train_epoch(progress=progress)
            self.end_epoch(losses, self.validate())
            if checkpoint is not None:
                save_checkpoint(self.state_dict(), checkpoint)

    def train_epoch(self, *, progress: Progress = no_progress) -> dict[str, float]:
        """Train for one epoch and return the mean of each loss."""
        generator = self.randomness.start_epoch(self.epoch)
        self.before_epoch()
        batches = self.batches(generator)
        means = Means()
        self.network.train()
        for batch in batches:
            losses = self.losses(batch, generator)
            self.step(losses["loss"])
            means.add(losses, n_examples=len(batch))
            self.n_trained += len(batch)
            progress(len(batch))
        self.after_epoch(batches, means.values())
        return means.values()

    def step(self, loss: Tensor) -> None:
        """Take one optimiser step on a loss."""
        self._require_finite(loss.item(), kind="loss")
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.schedule.after_step()
        self.after_step()

    def end_epoch(self, losses: Mapping[str, float], scores: Mapping[str, float]) -> None:
        """Record an epoch; keep its weights if it is the best so far or the last epoch is kept."""
        if "valid_loss" in scores:
            self._require_finite(scores["valid_loss"], kind="validation loss")
        self.epoch += 1
        self.schedule.after_epoch(scores)
        train = {f"train_{name}": value for name, value in losses.items()}
        self.history.append({"epoch": self.epoch, **train, **scores})
        rank = self.rank(scores)
        if rank is None or rank > self.best:
            self.best = self.best if rank is None else rank
            self.kept_epoch = self.epoch
            kept = copy.deepcopy(self.weights())
            self.kept_weights = {name: weight.cpu() for name, weight in kept.items()}

    def autocast(self) -> AbstractContextManager[None]:
        """Context in which the network computes in bf16, if the precision setting selects it."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16)

    def _require_finite(self, loss: float, *, kind: str) -> None:
        if not math.isfinite(loss):
            raise ValueError(
                f"the {kind} of {self.name} is {loss} in epoch {self.epoch + 1}; {self.cure}"
            )

    # Checkpoints

    _COUNTED = ("epoch", "n_trained", "kept_epoch", "kept_weights", "best", "history")

    def state_dict(self) -> dict[str, Any]:
        """State for a checkpoint, as plain values and tensors."""
        state = {name: part.state_dict() for name, part in self.parts().items()}
        return state | {name: getattr(self, name) for name in self._COUNTED}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        for name, part in self.parts().items():
            part.load_state_dict(state[name])
        for name in self._COUNTED:
            setattr(self, name, state[name])


class Means:
    """Running means of named losses, weighted by the number of examples per batch.

    Sums stay on the device of the losses, in their precision but at least in fp32.
    """

    def __init__(self) -> None:
        self.sums: dict[str, Tensor] = defaultdict(lambda: torch.zeros(()))
        self.n_examples = 0

    def add(self, losses: Losses, *, n_examples: int) -> None:
        """Add the losses of a batch, each a mean over its examples."""
        for name, loss in losses.items():
            weighted = loss.detach().to(torch.promote_types(loss.dtype, torch.float32)) * n_examples
            self.sums[name] = self.sums[name].to(loss.device) + weighted
        self.n_examples += n_examples

    def values(self) -> dict[str, float]:
        """The means so far."""
        return {name: float(total) / self.n_examples for name, total in self.sums.items()}
