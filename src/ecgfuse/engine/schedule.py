"""Learning rate schedules and early stopping."""

from collections.abc import Mapping
from typing import Any

import torch


class Schedule:
    """A constant learning rate; subclasses change it."""

    stops = False
    """Whether to stop before the last epoch."""

    def after_step(self) -> None:
        """Set the rate of the next step."""

    def after_epoch(self, scores: Mapping[str, float]) -> None:
        """Set the rate of the next epoch, given the scores of this one."""

    def state_dict(self) -> dict[str, Any]:
        """State for a checkpoint."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""


class OneCycle(Schedule):
    """The one-cycle schedule over all steps (Smith and Topin, 2019), as implemented in torch."""

    def __init__(self, optimizer: torch.optim.Optimizer, *, rate: float, n_steps: int) -> None:
        self._cycle = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=rate, total_steps=n_steps
        )

    def after_step(self) -> None:
        """Set the rate of the next step."""
        self._cycle.step()

    def state_dict(self) -> dict[str, Any]:
        """State for a checkpoint."""
        return self._cycle.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        self._cycle.load_state_dict(state)


class PlateauSchedule(Schedule):
    """Linear warm-up, then reduction on plateaus by `factor`, and early stopping.

    An epoch is bad if its validation loss is not below the best so far. As published with MAE-MoCo
    and MAE-Nextclip.

    Args:
        optimizer: its rate is set.
        rate: learning rate after warm-up.
        warmup: epochs in which the rate rises from rate / warmup, 20 as published.
        patience: consecutive bad epochs before the rate is reduced, 15 as published.
        factor: 0.9 as published.
        stop_after: consecutive bad epochs before training stops; 0: never.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        *,
        rate: float,
        warmup: int,
        patience: int,
        factor: float,
        stop_after: int,
    ) -> None:
        self.optimizer = optimizer
        self.rate, self.warmup, self.factor = rate, warmup, factor
        self.patience, self.stop_after = patience, stop_after
        self.epoch = self.bad_epochs = 0
        self.best = float("inf")
        self._apply()

    def after_epoch(self, scores: Mapping[str, float]) -> None:
        """Set the rate of the next epoch by scores["valid_loss"]."""
        self.epoch += 1
        if scores["valid_loss"] < self.best:
            self.best, self.bad_epochs = scores["valid_loss"], 0
        else:
            self.bad_epochs += 1
            if self.epoch > self.warmup and self.bad_epochs % self.patience == 0:
                self.rate *= self.factor
        self._apply()

    @property
    def stops(self) -> bool:  # type: ignore[override]
        """Whether `stop_after` epochs in a row were bad."""
        return bool(self.stop_after) and self.bad_epochs >= self.stop_after

    def _apply(self) -> None:
        share = min(1.0, (self.epoch + 1) / self.warmup) if self.warmup else 1.0
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * share

    def state_dict(self) -> dict[str, Any]:
        """State for a checkpoint."""
        names = ("rate", "epoch", "bad_epochs", "best")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        for name, value in state.items():
            setattr(self, name, value)
        self._apply()
