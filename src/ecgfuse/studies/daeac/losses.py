"""Losses of DAEAC (Wang et al., 2021) on the clusters of source and target.

A class without beats in a batch is left out of the sums. Centres that features are pulled to are
detached: they get no gradient.
"""

from collections.abc import Callable
from itertools import combinations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.studies.daeac.clusters import Clusters

Distance = Callable[[Tensor, Tensor], Tensor]
"""(..., n_features) twice -> (...)."""


def euclidean(a: Tensor, b: Tensor) -> Tensor:
    """Euclidean distance."""
    return torch.linalg.vector_norm(a - b, dim=-1)


def cosine(a: Tensor, b: Tensor) -> Tensor:
    """1 minus the cosine of the angle."""
    return 1 - F.cosine_similarity(a, b, dim=-1)


def align_loss(source: Clusters, target: Clusters, *, distance: Distance) -> Tensor:
    """Cluster-aligning: sum over the classes of the distance between the domains' centres."""
    both = source.present & target.present
    return distance(source.centres[both], target.centres[both]).sum()


def pull_loss(clusters: Clusters, *, distance: Distance) -> Tensor:
    """Sum over the classes of the distance of the batch's mean to the moving centre."""
    present = clusters.present
    return distance(clusters.means[present], clusters.centres[present].detach()).sum()


def separate_loss(
    source: Clusters, target: Clusters, *, margin: float, distance: Distance
) -> Tensor:
    """Cluster-maintaining: what two classes lack to the margin, summed over the pairs of classes.

    For each pair it is the mean over the domains of the one and of the other centre.
    """
    centres = torch.cat([source.centres, target.centres])  # (2 n_classes, n_features)
    present = torch.cat([source.present, target.present])
    gaps = (margin - distance(centres[:, None], centres[None])).clamp_min(0)
    usable = present[:, None] & present[None]
    n_classes = len(source.present)
    total = centres.new_zeros(())
    for i, j in combinations(range(n_classes), 2):
        of_pair = gaps[i::n_classes, j::n_classes]  # (2, 2): domain of i, domain of j
        counted = usable[i::n_classes, j::n_classes]
        if counted.any():
            total = total + of_pair[counted].mean()
    return total


def compact_loss(clusters: Clusters, *, distance: Distance) -> Tensor:
    """Cluster-maintaining: mean distance of the beats of a class to its centre, summed."""
    total = clusters.features.new_zeros(())
    for label in clusters.present.nonzero().flatten().tolist():
        members = clusters.features[clusters.labels == label]
        total = total + distance(members, clusters.centres[label].detach()).mean()
    return total


def count_weights(labels: np.ndarray, *, scale: float, n_classes: int) -> np.ndarray:
    """Weights of the classes in the cross-entropy, (n_classes,) float32 with a sum of 1.

    They are proportional to exp(-count / scale). The published code counts the beats of the whole
    database, those of the test patients included; here they are those of `labels` alone.
    """
    weights = np.exp(-np.bincount(labels, minlength=n_classes) / scale)
    return (weights / weights.sum()).astype(np.float32)
