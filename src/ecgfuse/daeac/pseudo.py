"""Pseudo-labels: what the network itself is sure of, where there are no labels."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.records.annotations import UNLABELLED


def vote(probabilities: Tensor, *, confidence: Sequence[float]) -> Tensor:
    """The class that most voters name, where the mean probability of it is high enough.

    Of classes with equal votes, that of the higher mean probability is taken.

    Args:
        probabilities: (n_voters, n_beats, n_classes).
        confidence: threshold for each class.

    Returns:
        (n_beats,) int64: classes, UNLABELLED where the voters are not sure.
    """
    n_classes = probabilities.shape[2]
    votes = F.one_hot(probabilities.argmax(dim=2), n_classes).sum(dim=0)  # (n_beats, n_classes)
    mean = probabilities.mean(dim=0)  # (n_beats, n_classes)
    # A probability is at most 1 and a vote counts 2, so that it only decides between equal votes.
    label = (2 * votes + mean).argmax(dim=1)
    sure = mean.gather(1, label[:, None]).squeeze(1) >= torch.tensor(confidence)[label]
    return label.where(sure, UNLABELLED)
