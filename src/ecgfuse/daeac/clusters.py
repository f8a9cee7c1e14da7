"""The clusters that the beats of each class form among the features of one domain.

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
    """(B,) int64 classes, or UNLABELLED for a beat that belongs to none"""
    means: Tensor
    """(n_classes, n_features) of the batch; 0 where a class is absent"""
    centres: Tensor
    """(n_classes, n_features) moving averages with the gradient of `means`"""
    present: Tensor
    """(n_classes,) bool: the batch holds a beat of the class; else it is left out of the losses"""


class MovingCentres:
    """Centres of the classes of one domain; each starts as the first batch mean of its class.

    Args:
        rate: share r of the batch mean m in the new centre, c + r (m - c).
    """

    def __init__(self, *, n_classes: int, rate: float) -> None:
        self.n_classes, self.rate = n_classes, rate
        self._centres: Tensor | None = None
        self._known = torch.zeros(n_classes, dtype=torch.bool)

    def update(self, features: Tensor, labels: Tensor) -> Clusters:
        """Move the centres of the classes in a batch, and tell its clusters.

        In the published code the gradient reaches the features through r m alone, so that the
        losses on centres count r times what their weights say. Here it is that of m.

        Args:
            features: (B, n_features).
            labels: (B,) int64, classes or UNLABELLED.
        """
        means, present = class_means(features, labels, n_classes=self.n_classes)
        batch = means.detach()
        before = batch if self._centres is None else self._centres
        before = torch.where(self._known[:, None], before, batch)
        moved = before + self.rate * (batch - before)
        self._centres = torch.where(present[:, None], moved, before)
        self._known = self._known | present
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
    members = (labels == torch.arange(n_classes)[:, None]).to(features)  # (n_classes, B)
    counts = members.sum(dim=1)
    return members @ features / counts.clamp_min(1)[:, None], counts > 0
