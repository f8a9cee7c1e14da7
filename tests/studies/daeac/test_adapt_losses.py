"""The losses on clusters equal those computed by hand, for classes in a plane."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from ecgfuse.classes import UNLABELLED
from ecgfuse.studies.daeac.clusters import Clusters, MovingCentres
from ecgfuse.studies.daeac.losses import (
    align_loss,
    compact_loss,
    cosine,
    count_weights,
    euclidean,
    pull_loss,
    separate_loss,
)

SOURCE = [[0.0, 0.0], [0.0, 2.0], [6.0, 1.0]], [0, 0, 1]
"""Centres (0, 1) and (6, 1)."""
TARGET = [[3.0, 5.0], [6.0, 3.0], [6.0, 5.0]], [0, 1, 1]
"""Centres (3, 5) and (6, 4): 5 and 3 away from those of the source."""
UNCONFIDENT = [UNLABELLED] * 3


def clusters_of(features: list[list[float]], labels: list[int]) -> Clusters:
    """The clusters of a first batch, whose means are the centres."""
    centres = MovingCentres(n_classes=2, rate=0.1)
    return centres.update(torch.tensor(features), torch.tensor(labels))


def source() -> Clusters:
    return clusters_of(*SOURCE)


def target() -> Clusters:
    return clusters_of(*TARGET)


def value(loss: Tensor) -> float:
    return float(loss)


def test_distances_equal_those_by_hand() -> None:
    a, b = torch.tensor([[3.0, 4.0], [1.0, 0.0]]), torch.tensor([[0.0, 0.0], [1.0, 1.0]])
    assert euclidean(a, b).tolist() == pytest.approx([5, 1])
    assert cosine(a, b).tolist() == pytest.approx([1, 1 - math.sqrt(0.5)])


def test_align_is_the_sum_over_the_classes_of_the_distances_of_the_domains() -> None:
    assert value(align_loss(source(), target(), distance=euclidean)) == pytest.approx(5 + 3)


def test_separate_is_the_mean_over_the_domains_of_what_a_pair_lacks_to_the_margin() -> None:
    # Class 0 to class 1: source-source 6, source-target sqrt(36 + 9), target-source 5,
    # target-target sqrt(9 + 1). At a margin of 6 the first two lack nothing.
    lacks = [0, 0, 6 - 5, 6 - math.sqrt(10)]
    loss = separate_loss(source(), target(), margin=6.0, distance=euclidean)
    assert value(loss) == pytest.approx(sum(lacks) / 4)


def test_compact_is_the_mean_distance_to_the_centre_summed_over_the_classes() -> None:
    assert value(compact_loss(source(), distance=euclidean)) == pytest.approx(1 + 0)
    assert value(compact_loss(target(), distance=euclidean)) == pytest.approx(0 + 1)


def test_pull_is_the_distance_of_the_batch_to_the_moving_centres() -> None:
    centres = MovingCentres(n_classes=2, rate=0.1)
    features, labels = torch.tensor(SOURCE[0]), torch.tensor(SOURCE[1])
    assert value(pull_loss(centres.update(features, labels), distance=euclidean)) == 0
    shifted = centres.update(features + torch.tensor([3.0, 4.0]), labels)
    assert value(pull_loss(shifted, distance=euclidean)) == pytest.approx(2 * 0.9 * 5)


def test_a_class_without_confident_beats_is_left_out() -> None:
    part = clusters_of(TARGET[0], [0, UNLABELLED, UNLABELLED])
    assert value(align_loss(source(), part, distance=euclidean)) == pytest.approx(5)
    assert value(compact_loss(part, distance=euclidean)) == 0
    # Source-source 6 and target-source 5 remain of the four.
    loss = separate_loss(source(), part, margin=6.0, distance=euclidean)
    assert value(loss) == pytest.approx((0 + 1) / 2)


def test_a_target_without_confident_beats_has_no_loss() -> None:
    nothing = clusters_of(TARGET[0], UNCONFIDENT)
    assert value(align_loss(source(), nothing, distance=euclidean)) == 0
    assert value(pull_loss(nothing, distance=euclidean)) == 0
    assert value(compact_loss(nothing, distance=euclidean)) == 0
    assert value(separate_loss(source(), nothing, margin=8.0, distance=euclidean)) == 8 - 6
    assert value(separate_loss(nothing, nothing, margin=8.0, distance=euclidean)) == 0


def gradient(loss: Callable[[Clusters, Clusters], Tensor]) -> Tensor:
    """Gradient of a loss at the features of the target, in the second step."""
    centres = MovingCentres(n_classes=2, rate=0.1)
    labels = torch.tensor(TARGET[1])
    centres.update(torch.tensor(TARGET[0]), labels)
    features = torch.tensor(TARGET[0], requires_grad=True)
    loss(source(), centres.update(features, labels)).backward()
    assert features.grad is not None
    return features.grad


def test_align_has_a_gradient_of_length_one_per_class() -> None:
    to_features = gradient(lambda s, t: align_loss(s, t, distance=euclidean))
    # Away from (0, 1) at (3, 5), and away from (6, 1) at (6, 4), shared by two beats.
    expected = torch.tensor([[0.6, 0.8], [0.0, 0.5], [0.0, 0.5]])
    torch.testing.assert_close(to_features, expected)


def test_separate_pushes_the_features_of_two_classes_apart() -> None:
    to_features = gradient(lambda s, t: separate_loss(s, t, margin=4.0, distance=euclidean))
    # Only the two target centres are nearer than 4: a quarter of the mean, along (3, -1).
    unit = torch.tensor([3.0, -1.0]) / math.sqrt(10) / 4
    torch.testing.assert_close(to_features, torch.stack([unit, -unit / 2, -unit / 2]))


def test_compact_pulls_beats_to_a_detached_centre() -> None:
    to_features = gradient(lambda s, t: compact_loss(t, distance=euclidean))
    expected = torch.tensor([[0.0, 0.0], [0.0, -0.5], [0.0, 0.5]])
    torch.testing.assert_close(to_features, expected)


def test_class_weights_fall_with_the_number_of_source_beats() -> None:
    labels = np.repeat([0, 1], [2, 1])
    weights = count_weights(labels, scale=1 / math.log(2), n_classes=2)
    np.testing.assert_allclose(weights, [1 / 3, 2 / 3], rtol=1e-6)  # exp: 1/4 and 1/2
    assert weights.dtype == np.float32
