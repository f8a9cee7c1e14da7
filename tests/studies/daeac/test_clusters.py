"""Centres are exact moving averages, and have the gradient of the batch mean."""

import torch
from torch import Tensor

from ecgfuse.classes import UNLABELLED
from ecgfuse.studies.daeac.clusters import MovingCentres, class_means

FEATURES = torch.tensor([[1.0, 0.0], [3.0, 4.0], [0.0, 8.0], [9.0, 9.0]])
LABELS = torch.tensor([0, 0, 1, UNLABELLED])
"""Means (2, 2) of class 0 and (0, 8) of class 1; the last beat belongs to none."""


def equal(value: Tensor, expected: list[list[float]]) -> None:
    wanted = torch.tensor(expected, dtype=torch.float32)
    torch.testing.assert_close(value, wanted, rtol=0, atol=1e-6)


def test_means_are_of_the_beats_of_a_class_and_absent_classes_are_marked() -> None:
    means, present = class_means(FEATURES, LABELS, n_classes=3)
    equal(means, [[2, 2], [0, 8], [0, 0]])
    assert present.tolist() == [True, True, False]


def test_a_centre_starts_at_its_first_mean_and_moves_by_the_rate() -> None:
    centres = MovingCentres(n_classes=2, rate=0.1)
    equal(centres.update(FEATURES, LABELS).centres, [[2, 2], [0, 8]])
    clusters = centres.update(FEATURES + 10, LABELS)
    equal(clusters.means, [[12, 12], [10, 18]])
    equal(clusters.centres, [[3, 3], [1, 9]])
    equal(centres.update(FEATURES + 10, LABELS).centres, [[3.9, 3.9], [1.9, 9.9]])


def test_the_centre_of_an_absent_class_stays() -> None:
    centres = MovingCentres(n_classes=2, rate=0.5)
    centres.update(FEATURES, LABELS)
    clusters = centres.update(FEATURES + 10, torch.tensor([0, 0, UNLABELLED, UNLABELLED]))
    assert clusters.present.tolist() == [True, False]
    equal(clusters.centres[:1], [[7, 7]])
    equal(centres.update(FEATURES, LABELS).centres, [[4.5, 4.5], [0, 8]])


def test_a_class_absent_at_first_starts_at_its_first_mean() -> None:
    centres = MovingCentres(n_classes=2, rate=0.1)
    centres.update(FEATURES, torch.zeros(4, dtype=torch.int64))
    equal(centres.update(FEATURES, LABELS).centres[1:], [[0, 8]])


def test_the_gradient_of_a_centre_is_that_of_the_batch_mean_for_any_rate() -> None:
    centres = MovingCentres(n_classes=2, rate=0.1)
    centres.update(FEATURES, LABELS)
    features = FEATURES.clone().requires_grad_()
    centres.update(features, LABELS).centres.sum().backward()
    assert features.grad is not None
    equal(features.grad, [[0.5, 0.5], [0.5, 0.5], [1, 1], [0, 0]])


def test_no_gradient_of_an_earlier_step_is_kept() -> None:
    centres = MovingCentres(n_classes=2, rate=0.1)
    first = FEATURES.clone().requires_grad_()
    centres.update(first, LABELS)
    second = FEATURES.clone().requires_grad_()
    centres.update(second, LABELS).centres.sum().backward()
    assert first.grad is None
