"""The published schedule: warm-up, a lower rate on every plateau, and an end when nothing helps."""

from typing import Any

import torch


class PlateauSchedule:
    """Learning rate by epoch: linear warm-up, then times `factor` after `patience` bad epochs.

    An epoch is bad if the validation loss is not below the best so far.

    Args:
        optimizer: whose rate is set.
        rate: after warm-up.
        warmup: epochs in which the rate rises from rate / warmup, 20 as published.
        patience: bad epochs on end after which the rate falls, 15 as published.
        factor: 0.9 as published.
        stop_after: bad epochs on end after which training stops; 0: never.
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

    def step(self, valid_loss: float) -> bool:
        """Take note of an epoch; whether it is the best so far."""
        self.epoch += 1
        is_best = valid_loss < self.best
        if is_best:
            self.best, self.bad_epochs = valid_loss, 0
        else:
            self.bad_epochs += 1
            if self.epoch > self.warmup and self.bad_epochs % self.patience == 0:
                self.rate *= self.factor
        self._apply()
        return is_best

    @property
    def stops(self) -> bool:
        """Whether nothing has helped for too long."""
        return bool(self.stop_after) and self.bad_epochs >= self.stop_after

    def _apply(self) -> None:
        share = min(1.0, (self.epoch + 1) / self.warmup) if self.warmup else 1.0
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate * share

    def state_dict(self) -> dict[str, Any]:
        """What changes."""
        names = ("rate", "epoch", "bad_epochs", "best")
        return {name: getattr(self, name) for name in names}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go back to what `state_dict` gave."""
        for name, value in state.items():
            setattr(self, name, value)
        self._apply()
