"""Pseudo-labels: confident predictions of the network, where there are no labels."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.classes import UNLABELLED


def vote(probabilities: Tensor, *, confidence: Sequence[float]) -> Tensor:
    """The class with most votes, if its mean probability is high enough.

    Between classes with equal votes the mean probability decides.

    Args:
        probabilities: (n_voters, n_beats, n_classes).
        confidence: threshold for each class.

    Returns:
        (n_beats,) int64: classes, UNLABELLED where the vote is not confident.
    """
    n_classes = probabilities.shape[2]
    votes = F.one_hot(probabilities.argmax(dim=2), n_classes).sum(dim=0)  # (n_beats, n_classes)
    mean = probabilities.mean(dim=0)  # (n_beats, n_classes)
    # A vote counts 2 and a probability at most 1, which so decides only between equal votes.
    label = (2 * votes + mean).argmax(dim=1)
    sure = mean.gather(1, label[:, None]).squeeze(1) >= torch.tensor(confidence)[label]
    return label.where(sure, UNLABELLED)
