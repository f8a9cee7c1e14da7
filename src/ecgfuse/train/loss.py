"""What training minimises: the cross-entropy, with ways to heed rare classes and hard beats."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.records.annotations import CLASSES
from ecgfuse.train.config import TrainConfig


def class_weights(
    labels: np.ndarray, *, scheme: Literal["none", "sqrt_inverse", "inverse"], n_classes: int
) -> np.ndarray:
    """Weights (n_classes,) float32 with a mean of 1 over the beats.

    Args:
        labels: (n_beats,), training beats only; every class is present.
        scheme: a weight proportional to 1, frequency^-0.5 or frequency^-1.
    """
    frequency = np.bincount(labels, minlength=n_classes) / len(labels)
    power = {"none": 0.0, "sqrt_inverse": -0.5, "inverse": -1.0}[scheme]
    weights = frequency**power
    return (weights / (weights * frequency).sum()).astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class TrainingLoss:
    """The loss of a step, from the logits and the targets of its beats."""

    weights: Tensor
    """(n_classes,)"""
    adjustment: Tensor
    """(n_classes,): added to the logits in training only, so that the network itself need not learn
    how frequent a class is (Menon et al., "Long-tail learning via logit adjustment", ICLR 2021)."""
    label_smoothing: float
    focal_gamma: float

    @classmethod
    def for_labels(cls, labels: Tensor, *, config: TrainConfig) -> "TrainingLoss":
        """The loss whose weights and priors are those of the training beats.

        Args:
            labels: (n_beats,) int64, training beats only; every class is present, or
                `class_weights` is "none".
        """
        n_classes = len(CLASSES)
        weights = class_weights(labels.numpy(), scheme=config.class_weights, n_classes=n_classes)
        # A class without a beat counts as if it had one: 0 * log(0) is not a number.
        prior = torch.bincount(labels, minlength=n_classes).clamp_min(1) / len(labels)
        return cls(
            weights=torch.from_numpy(weights),
            adjustment=config.logit_adjustment * prior.log(),
            label_smoothing=config.label_smoothing,
            focal_gamma=config.focal_gamma,
        )

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        """The mean over the beats, each weighted by the weight of its class.

        Args:
            logits: (B, n_classes).
            targets: (B,) int64, or (B, n_classes) shares that sum to 1.
        """
        logits = logits + self.adjustment
        if targets.ndim == 1 and not self.focal_gamma:
            return F.cross_entropy(
                logits, targets, weight=self.weights, label_smoothing=self.label_smoothing
            )
        if targets.ndim == 1:
            targets = F.one_hot(targets, len(self.weights))
        return focal_loss(
            logits,
            targets.float(),
            weights=self.weights,
            label_smoothing=self.label_smoothing,
            gamma=self.focal_gamma,
        )


def focal_loss(
    logits: Tensor, targets: Tensor, *, weights: Tensor, label_smoothing: float, gamma: float
) -> Tensor:
    """Cross-entropy in which a class counts (1 - p)^gamma times, so less where p is good already.

    With gamma 0 it is the weighted and smoothed cross-entropy, for targets that may be mixed: torch
    divides that by the number of beats, this by their weights as it does for plain labels.
    Reference: Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017.

    Args:
        logits: (B, n_classes).
        targets: (B, n_classes), sums of 1.
        weights: (n_classes,).
    """
    log_p = logits.log_softmax(dim=1)
    smoothed = (1 - label_smoothing) * targets + label_smoothing / targets.shape[1]
    losses = -smoothed * weights * log_p
    if gamma:
        # Not 0, where the gradient of a power below 1 is infinite.
        losses = losses * (1 - log_p.exp()).clamp_min(1e-7) ** gamma
    return losses.sum() / (targets * weights).sum()
