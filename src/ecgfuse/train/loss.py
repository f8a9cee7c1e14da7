"""The training loss: cross-entropy, with options for rare classes and hard beats."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.train.config import TrainConfig


def class_weights(
    labels: np.ndarray, *, scheme: Literal["none", "sqrt_inverse", "inverse"], n_classes: int
) -> np.ndarray:
    """Class weights (n_classes,) float32 with mean 1 over the beats.

    Args:
        labels: (n_beats,), training beats only; every class is present.
        scheme: weights proportional to 1, frequency^-0.5 or frequency^-1.
    """
    frequency = np.bincount(labels, minlength=n_classes) / len(labels)
    power = {"none": 0.0, "sqrt_inverse": -0.5, "inverse": -1.0}[scheme]
    weights = frequency**power
    return (weights / (weights * frequency).sum()).astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class TrainingLoss:
    """Loss of a batch from its logits and targets."""

    weights: Tensor
    """(n_classes,)"""
    adjustment: Tensor
    """(n_classes,): added to the logits in training only, so that the network need not learn the
    class priors (Menon et al., "Long-tail learning via logit adjustment", ICLR 2021)."""
    label_smoothing: float
    focal_gamma: float

    @classmethod
    def for_labels(cls, labels: Tensor, *, config: TrainConfig, n_classes: int) -> "TrainingLoss":
        """Loss with the class weights and priors of the training beats.

        Args:
            labels: (n_beats,) int64, training beats only; every class is present, or
                `class_weights` is "none".
        """
        weights = class_weights(labels.numpy(), scheme=config.class_weights, n_classes=n_classes)
        # A class without beats counts as one beat: 0 * log(0) is NaN.
        prior = torch.bincount(labels, minlength=n_classes).clamp_min(1) / len(labels)
        return cls(
            weights=torch.from_numpy(weights),
            adjustment=config.logit_adjustment * prior.log(),
            label_smoothing=config.label_smoothing,
            focal_gamma=config.focal_gamma,
        )

    def to(self, device: torch.device) -> "TrainingLoss":
        """Copy to a device."""
        return dataclasses.replace(
            self, weights=self.weights.to(device), adjustment=self.adjustment.to(device)
        )

    def __call__(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Mean over the beats, weighted by the weights of their classes.

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
    """Focal loss: cross-entropy with a factor (1 - p)^gamma, which reduces the loss of easy beats.

    With gamma 0 it is the weighted, smoothed cross-entropy for soft targets. It is divided by the
    sum of the weights, as torch does for integer labels; for soft targets torch divides by the
    number of beats.
    Source: Lin et al., "Focal Loss for Dense Object Detection", ICCV 2017.

    Args:
        logits: (B, n_classes).
        targets: (B, n_classes), sums of 1.
        weights: (n_classes,).
    """
    log_p = logits.log_softmax(dim=1)
    smoothed = (1 - label_smoothing) * targets + label_smoothing / targets.shape[1]
    losses = -smoothed * weights * log_p
    if gamma:
        # At 0, the gradient of a power below 1 is infinite.
        losses = losses * (1 - log_p.exp()).clamp_min(1e-7) ** gamma
    return losses.sum() / (targets * weights).sum()
