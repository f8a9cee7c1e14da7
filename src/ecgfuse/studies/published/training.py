"""Training as published: the loop of the engine with the study's optimisers and checkpoints."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from sklearn.metrics import average_precision_score, f1_score, recall_score, roc_auc_score
from torch import Generator, Tensor, nn
from torch.nn import functional as F

from ecgfuse.classes import CLASSES
from ecgfuse.engine.device import Precision, compute_device
from ecgfuse.engine.randomness import EpochSeeds
from ecgfuse.engine.schedule import Schedule
from ecgfuse.engine.training import Losses, Training
from ecgfuse.studies.published.data import PublishedBeats
from ecgfuse.studies.published.rows import PublishedNetwork, Row

Rule = Literal["macro_auprc", "macro_auroc", "macro_sensitivity", "macro_f1"]
RULES: tuple[Rule, ...] = ("macro_auprc", "macro_auroc", "macro_sensitivity", "macro_f1")
"""Scores on the validation records, each of which names a checkpoint. The first one is ours to
report; the study printed one of the four after it had seen all on DS2."""

_MACNN_RATE, _DECAY, _DECAY_STEPS = 5e-3, 0.99, 200
_RESUNET_RATE = 1e-4
_WEIGHT_DECAY = 1e-2
_NAMED = ("best_by_rule", "epoch_by_rule", "weights_by_epoch")


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How long a network is trained."""

    epochs: int
    batch_size: int
    halve_every: int
    """Epochs after which the ResUNet's learning rate is halved; MACNN-SE ignores it."""


MACNN_FULL = Budget(epochs=100, batch_size=25_600, halve_every=0)
RESUNET_FULL = Budget(epochs=75, batch_size=1024, halve_every=20)


class StepDecay(Schedule):
    """rate x 0.99^(step / 200)."""

    def __init__(self, optimizer: torch.optim.Optimizer) -> None:
        self.optimizer, self.n_steps = optimizer, 0

    def after_step(self) -> None:
        """Set the rate of the next step."""
        self.n_steps += 1
        _set_rate(self.optimizer, _MACNN_RATE * _DECAY ** (self.n_steps / _DECAY_STEPS))

    def state_dict(self) -> dict[str, int]:
        """State for a checkpoint; the rate is in that of the optimiser."""
        return {"n_steps": self.n_steps}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Restore what `state_dict` returned."""
        self.n_steps = state["n_steps"]


class Halving(Schedule):
    """rate x 0.5 every few epochs."""

    def __init__(self, optimizer: torch.optim.Optimizer, *, every: int) -> None:
        self.optimizer, self.every, self.n_epochs = optimizer, every, 0

    def after_epoch(self, scores: Mapping[str, float]) -> None:
        """Set the rate of the next epoch."""
        self.n_epochs += 1
        _set_rate(self.optimizer, _RESUNET_RATE * 0.5 ** (self.n_epochs // self.every))

    def state_dict(self) -> dict[str, int]:
        """State for a checkpoint; the rate is in that of the optimiser."""
        return {"n_epochs": self.n_epochs}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Restore what `state_dict` returned."""
        self.n_epochs = state["n_epochs"]


class PublishedTraining(Training):
    """Training of one network on the training records.

    Args:
        row: the network.
        train: training beats.
        valid: validation beats, scored after every epoch; None keeps the last epoch only.
        budget: epochs and batch size.
        seed: of weights, order and dropout.
    """

    network: PublishedNetwork

    def __init__(
        self,
        row: Row,
        *,
        train: PublishedBeats,
        valid: PublishedBeats | None,
        budget: Budget,
        seed: int,
        precision: Precision,
    ) -> None:
        self.train, self.valid, self.budget = train, valid, budget
        randomness = EpochSeeds(seed)
        network = row.build().to(compute_device())
        optimizer, schedule = _optimiser(row, network, budget=budget)
        super().__init__(
            network,
            optimizer=optimizer,
            schedule=schedule,
            randomness=randomness,
            precision=precision,
            name=f"{row.title}, seed {seed}",
            cure="set published.precision: fp32",
        )
        weights = inverse_weights(train.labels) if row.backbone == "macnn" else None
        self.class_weights = None if weights is None else weights.to(self.device)
        self.best_by_rule: dict[str, float] = {}
        self.epoch_by_rule: dict[str, int] = {}
        self.weights_by_epoch: dict[int, dict[str, Tensor]] = {}

    def batches(self, generator: Generator) -> Sequence[Tensor]:
        """All beats once in random order; a last batch of one beat, which has no variance, is left
        out."""
        order = torch.randperm(len(self.train), generator=generator)
        return [batch for batch in order.split(self.budget.batch_size) if len(batch) > 1]

    def losses(self, batch: Tensor, generator: Generator) -> Losses:
        """The cross-entropy, weighted by class for MACNN-SE."""
        data = self.train
        with self.autocast():
            logits = self.network(data.rows[batch].to(self.device), data.rr[batch].to(self.device))
        targets = data.labels[batch].to(self.device)
        return {"loss": F.cross_entropy(logits.float(), targets, weight=self.class_weights)}

    def validate(self) -> dict[str, float]:
        """Scores by which checkpoints are named, prefixed by valid_."""
        if self.valid is None:
            return {}
        probabilities = predict(self.network, self.valid, bf16=self.bf16)
        scores = rule_scores(self.valid.labels.numpy(), probabilities)
        return {f"valid_{rule}": score for rule, score in scores.items()}

    def end_epoch(self, losses: Mapping[str, float], scores: Mapping[str, float]) -> None:
        """Keep the weights if this epoch is the best so far by one of the rules."""
        super().end_epoch(losses, scores)
        for rule in RULES if scores else ():
            score = scores[f"valid_{rule}"]
            if score > self.best_by_rule.get(rule, float("-inf")):
                self.best_by_rule[rule], self.epoch_by_rule[rule] = score, self.epoch
        chosen = set(self.epoch_by_rule.values())
        self.weights_by_epoch = {
            epoch: weights for epoch, weights in self.weights_by_epoch.items() if epoch in chosen
        }
        if self.epoch in chosen:
            self.weights_by_epoch[self.epoch] = self.kept_weights

    def state_dict(self) -> dict[str, Any]:
        """State for a checkpoint, with the weights that the rules name so far."""
        return super().state_dict() | {name: getattr(self, name) for name in _NAMED}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore what `state_dict` returned."""
        super().load_state_dict(state)
        for name in _NAMED:
            setattr(self, name, state[name])


def inverse_weights(labels: Tensor) -> Tensor:
    """Class weights 1 / count, scaled to sum to the number of classes.

    Args:
        labels: (n,) int64 with all four classes.
    """
    weights = 1 / torch.bincount(labels, minlength=len(CLASSES)).float()
    return weights / weights.sum() * len(CLASSES)


@torch.inference_mode()
def predict(
    network: PublishedNetwork, beats: PublishedBeats, *, bf16: bool, batch_size: int = 1024
) -> np.ndarray:
    """Probabilities (n, 4), of the network in evaluation mode.

    Args:
        bf16: compute the encoder in bfloat16, as in training; the rest is always in fp32, since
            probabilities in bfloat16 have many ties.
    """
    network.eval()
    device = next(network.parameters()).device
    logits = []
    for rows, rr in zip(beats.rows.split(batch_size), beats.rr.split(batch_size), strict=True):
        with torch.autocast(device.type, torch.bfloat16, enabled=bf16):
            encoded = network.encode(rows.to(device))
        logits.append(network.classify(encoded.float(), rr.to(device)).cpu())
    return torch.cat(logits).softmax(dim=1).numpy()


def rule_scores(labels: np.ndarray, probabilities: np.ndarray) -> dict[Rule, float]:
    """The scores of RULES.

    Args:
        labels: (n,) int with all four classes.
        probabilities: (n, 4).

    Raises:
        ValueError: a probability is not finite.
    """
    if not np.isfinite(probabilities).all():
        raise ValueError(
            "the output on the validation beats is not finite; set published.precision: fp32"
        )
    one_hot, predicted = np.eye(len(CLASSES))[labels], probabilities.argmax(axis=1)
    return {
        "macro_auprc": float(average_precision_score(one_hot, probabilities)),
        "macro_auroc": float(roc_auc_score(one_hot, probabilities)),
        "macro_sensitivity": float(recall_score(labels, predicted, average="macro")),
        "macro_f1": float(f1_score(labels, predicted, average="macro", zero_division=0)),
    }


def _optimiser(
    row: Row, network: nn.Module, *, budget: Budget
) -> tuple[torch.optim.Optimizer, Schedule]:
    """Adam with the weight decay in the gradient for MACNN-SE, AdamW for the ResUNet."""
    if row.backbone == "macnn":
        adam = torch.optim.Adam(
            network.parameters(), lr=_MACNN_RATE, weight_decay=_WEIGHT_DECAY, fused=True
        )
        return adam, StepDecay(adam)
    adamw = torch.optim.AdamW(
        network.parameters(), lr=_RESUNET_RATE, weight_decay=_WEIGHT_DECAY, fused=True
    )
    return adamw, Halving(adamw, every=budget.halve_every)


def _set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate
