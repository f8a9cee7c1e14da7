"""The clusters formed by the beats of each class in the feature space of one domain.

A domain is the training patients (source) or the new ones (target). DAEAC (Wang et al., 2021)
compares the centres of the clusters, which are moving averages of batch means.
"""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Clusters:
    """The clusters of one domain in one step of the adaptation."""

    features: Tensor
    """(B, n_features) of the batch"""
    labels: Tensor
    """(B,) int64 classes, UNLABELLED for a beat without one"""
    means: Tensor
    """(n_classes, n_features) of the batch; 0 where a class is absent"""
    centres: Tensor
    """(n_classes, n_features) moving averages with the gradient of `means`"""
    present: Tensor
    """(n_classes,) bool: the batch has beats of the class; the losses leave out the others"""


class MovingCentres:
    """Centres of the classes of one domain; each starts as the first batch mean of its class.

    Args:
        rate: weight r of the batch mean m in the new centre, c + r (m - c).
    """

    def __init__(self, *, n_classes: int, rate: float) -> None:
        self.n_classes, self.rate = n_classes, rate
        self._centres: Tensor | None = None
        self._known = torch.zeros(n_classes, dtype=torch.bool)

    def update(self, features: Tensor, labels: Tensor) -> Clusters:
        """Move the centres of the classes in a batch, and return its clusters.

        In the published code the gradient reaches the features through r m only, so that losses on
        centres count r times their weight. Here it is the gradient of m.

        Args:
            features: (B, n_features).
            labels: (B,) int64, classes or UNLABELLED.
        """
        means, present = class_means(features, labels, n_classes=self.n_classes)
        batch = means.detach()
        before = batch if self._centres is None else self._centres
        known = self._known.to(labels.device)
        before = torch.where(known[:, None], before, batch)
        moved = before + self.rate * (batch - before)
        self._centres = torch.where(present[:, None], moved, before)
        self._known = known | present
        live = self._centres + (means - batch)
        return Clusters(features, labels, means, live, present)


def class_means(features: Tensor, labels: Tensor, *, n_classes: int) -> tuple[Tensor, Tensor]:
    """Mean feature of each class.

    Args:
        features: (B, n_features).
        labels: (B,) int64, classes or UNLABELLED.

    Returns:
        Means (n_classes, n_features), 0 where a class has no beat, and which classes have some,
        (n_classes,) bool.
    """
    classes = torch.arange(n_classes, device=labels.device)
    members = (labels == classes[:, None]).to(features)  # (n_classes, B)
    counts = members.sum(dim=1)
    return members @ features / counts.clamp_min(1)[:, None], counts > 0
