"""Pretrain one network on unlabelled windows, resuming from its checkpoint."""

import copy
import math
from collections import defaultdict
from collections.abc import Callable, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ecgfuse.pretrain.config import Precision, PretrainConfig
from ecgfuse.pretrain.mae_moco import MAEMoCo
from ecgfuse.pretrain.mae_nextclip import MAENextclip
from ecgfuse.pretrain.quantiser import warn_of_collapse
from ecgfuse.pretrain.schedule import PlateauSchedule
from ecgfuse.pretrain.w2v_cmsc_rlm import W2VCMSCRLM
from ecgfuse.pretrain.windows import Windows
from ecgfuse.train.checkpoint import load_checkpoint, save_checkpoint
from ecgfuse.train.compute import uses_bf16

Objective = MAEMoCo | MAENextclip | W2VCMSCRLM
Progress = Callable[[int], None]
"""Is told how many windows were read since the last call."""

_VALID_SEED = 7
"""Masks and views of validation are the same in every epoch, so that its losses can be compared."""


@dataclass(frozen=True)
class Pretrained:
    """A pretrained encoder and how it got there."""

    encoder: dict[str, Tensor]
    """Its weights at the best epoch."""
    epoch: int
    """The epoch of these weights, from 1."""
    history: list[dict[str, float]]
    """One row an epoch: every loss, train_ and valid_."""


def pretrain_network(
    build: Callable[[], Objective],
    *,
    train: Windows,
    valid: Windows,
    config: PretrainConfig,
    checkpoint: Path,
    device: torch.device,
    progress: Progress = lambda n_windows: None,
) -> Pretrained:
    """Fit an objective; the same seed and data give the same weights, interrupted or not.

    So it is on a CPU. A GPU adds in an order of its own, which may change the last bits.

    Args:
        build: makes the network; torch's generator is seeded before it is called.
        valid: windows of other patients; their loss ends the training and picks the epoch.
        checkpoint: file that is resumed from and written after every epoch.

    Raises:
        ValueError: there are no windows, or a loss is not finite.
    """
    for name, windows in (("training", train), ("validation", valid)):
        if not len(windows):
            raise ValueError(
                f"there are no {name} windows to pretrain on; add records of {name} patients"
            )
    run = PretrainRun(build, config=config, device=device)
    if (state := load_checkpoint(checkpoint)) is not None:
        run.restore(state)
        progress(run.schedule.epoch * epoch_size(train, config=config))
    while run.schedule.epoch < config.epochs and not run.schedule.stops:
        run.keep(run.train_epoch(train, progress=progress), run.validate(valid))
        save_checkpoint(run.state(), checkpoint)
    return Pretrained(run.best_weights, run.best_epoch, run.history)


def epoch_size(windows: Sized, *, config: PretrainConfig) -> int:
    """Windows of an epoch."""
    return min(config.epoch_windows or len(windows), len(windows))


def computes_in_bf16(precision: Precision, *, device: torch.device) -> bool:
    """Whether a network on this device computes in bfloat16; auto is where that is fast."""
    return precision != "fp32" if device.type == "cuda" else uses_bf16(precision)


class PretrainRun:
    """Everything that changes in a pretraining."""

    def __init__(
        self, build: Callable[[], Objective], *, config: PretrainConfig, device: torch.device
    ) -> None:
        self.config, self.device = config, device
        torch.manual_seed(config.seed)
        self.network = build().to(device)
        self.optimizer = torch.optim.Adam(
            [weight for weight in self.network.parameters() if weight.requires_grad],
            lr=config.learning_rate,
        )
        self.schedule = PlateauSchedule(
            self.optimizer,
            rate=config.learning_rate,
            warmup=config.warmup_epochs,
            patience=config.patience,
            factor=config.factor,
            stop_after=config.stop_after,
        )
        self.bf16 = computes_in_bf16(config.precision, device=device)
        self.history: list[dict[str, float]] = []
        self.best_weights: dict[str, Tensor] = {}
        self.best_epoch = 0

    def train_epoch(self, windows: Windows, *, progress: Progress) -> dict[str, float]:
        """Read the windows of one epoch; the mean losses."""
        # Seeded by epoch, so that a resumed run draws the same order, masks and dropout.
        torch.manual_seed(self.config.seed + 100_003 * (self.schedule.epoch + 1))
        generator = torch.Generator().manual_seed(torch.initial_seed())
        n_drawn = epoch_size(windows, config=self.config)
        order = torch.randperm(len(windows), generator=generator)[:n_drawn]
        self.network.train()
        means = _Means()
        for index in order.tensor_split(self._n_steps(n_drawn)):
            losses = self._losses(windows, index, generator=generator)
            self._descend(losses["loss"])
            means.add(losses, n_windows=len(index))
            progress(len(index))
        return means.values()

    def _n_steps(self, n_windows: int) -> int:
        """Batches of nearly equal size: a last one of one window has no other to differ from."""
        return max(1, n_windows // self.config.batch_size)

    def _losses(
        self, windows: Windows, index: Tensor, *, generator: torch.Generator
    ) -> dict[str, Tensor]:
        signal = windows.signal[index].to(self.device, non_blocking=True)
        recordings = windows.recordings[index].to(self.device, non_blocking=True)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
            return self.network.losses(signal, recordings=recordings, generator=generator)

    def _descend(self, loss: Tensor) -> None:
        if not torch.isfinite(loss):
            raise ValueError(
                f"the loss is {loss.item()} in epoch {self.schedule.epoch + 1} of pretraining; "
                f"lower pretrain.learning_rate ({self.config.learning_rate:g}) or set "
                "pretrain.precision: fp32"
            )
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.network.after_step()

    @torch.no_grad()
    def validate(self, windows: Windows) -> dict[str, float]:
        """Mean losses on windows of other patients."""
        generator = torch.Generator().manual_seed(_VALID_SEED)
        self.network.eval()
        means = _Means()
        # Mixed, since the windows of one recording are no negatives of each other.
        order = torch.randperm(len(windows), generator=generator)
        for index in order.tensor_split(self._n_steps(len(windows))):
            means.add(self._losses(windows, index, generator=generator), n_windows=len(index))
        return means.values()

    def keep(self, train: dict[str, float], valid: dict[str, float]) -> None:
        """Note the end of an epoch, and keep its weights if its validation loss is the least."""
        if not math.isfinite(valid["loss"]):
            raise ValueError(
                f"the validation loss is {valid['loss']} in epoch {self.schedule.epoch + 1} of "
                f"pretraining; lower pretrain.learning_rate ({self.config.learning_rate:g}) or set "
                "pretrain.precision: fp32"
            )
        if isinstance(self.network, W2VCMSCRLM):
            warn_of_collapse(train["perplexity"], n_groups=self.network.settings.n_groups)
        row = {"epoch": float(self.schedule.epoch + 1)}
        row |= {f"train_{name}": value for name, value in train.items()}
        row |= {f"valid_{name}": value for name, value in valid.items()}
        self.history.append(row)
        if self.schedule.step(valid["loss"]):
            self.best_epoch = self.schedule.epoch
            state = copy.deepcopy(self.network.encoder.state_dict())
            self.best_weights = {name: tensor.cpu() for name, tensor in state.items()}

    def state(self) -> dict[str, Any]:
        """All of it, for a checkpoint: queue and momentum encoder are part of the network."""
        return {
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "history": self.history,
            "best_weights": self.best_weights,
            "best_epoch": self.best_epoch,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to what `state` gave."""
        for part in ("network", "optimizer", "schedule"):
            getattr(self, part).load_state_dict(state[part])
        for name in ("history", "best_weights", "best_epoch"):
            setattr(self, name, state[name])


class _Means:
    """Running means of named losses, weighted by the windows of each batch."""

    def __init__(self) -> None:
        self.sums: dict[str, Tensor] = defaultdict(lambda: torch.zeros(()))
        self.n_windows = 0

    def add(self, losses: dict[str, Tensor], *, n_windows: int) -> None:
        """Take in the losses of a batch."""
        for name, loss in losses.items():
            self.sums[name] = self.sums[name].to(loss.device) + loss.detach().float() * n_windows
        self.n_windows += n_windows

    def values(self) -> dict[str, float]:
        """The means so far."""
        return {name: float(total) / self.n_windows for name, total in self.sums.items()}
