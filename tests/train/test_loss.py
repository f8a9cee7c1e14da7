"""Class weights and losses equal those computed by hand."""

from typing import Literal

import numpy as np
import pytest
import torch
from small_networks import train_with
from torch.nn import functional as F

from ecgfuse.train.loss import TrainingLoss, class_weights, focal_loss

LABELS = np.array([0, 2, 0, 1, 0, 3, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0])
"""Frequencies 11/16, 2/16, 2/16, 1/16."""

Scheme = Literal["none", "sqrt_inverse", "inverse"]


@pytest.mark.parametrize(
    ("scheme", "counts", "expected"),
    [
        ("none", [4, 2, 1, 1], [1, 1, 1, 1]),
        # In proportion to 2 4 8 8, whose mean over the beats is 1 + 1 + 1 + 1 = 4.
        ("inverse", [4, 2, 1, 1], [0.5, 1, 2, 2]),
        # In proportion to 1/6 1/4 1/2 1/2, whose mean is (6 + 4 + 2 + 2) / 60 = 7/30.
        ("sqrt_inverse", [36, 16, 4, 4], [5 / 7, 15 / 14, 15 / 7, 15 / 7]),
    ],
)
def test_weights_equal_those_by_hand(
    scheme: Scheme, counts: list[int], expected: list[float]
) -> None:
    weights = class_weights(np.repeat(range(4), counts), scheme=scheme, n_classes=4)
    np.testing.assert_allclose(weights, expected, rtol=1e-6)
    assert weights.dtype == np.float32


@pytest.mark.parametrize("scheme", ["none", "sqrt_inverse", "inverse"])
def test_mean_over_the_beats_is_1(scheme: Scheme) -> None:
    weights = class_weights(LABELS, scheme=scheme, n_classes=4)
    assert weights[LABELS].mean() == pytest.approx(1.0)


@pytest.mark.parametrize("scheme", ["sqrt_inverse", "inverse"])
def test_rarer_classes_have_larger_weights(scheme: Scheme) -> None:
    weights = class_weights(LABELS, scheme=scheme, n_classes=4)
    assert weights[0] < weights[1] == weights[2] < weights[3]


WEIGHTS = torch.tensor([0.5, 1.0, 2.0, 4.0])
LOGITS = torch.randn(16, 4, generator=torch.Generator().manual_seed(3))
TARGETS = torch.from_numpy(LABELS)


@pytest.mark.parametrize("label_smoothing", [0.0, 0.2])
def test_focal_loss_with_gamma_0_is_the_cross_entropy(label_smoothing: float) -> None:
    expected = F.cross_entropy(LOGITS, TARGETS, weight=WEIGHTS, label_smoothing=label_smoothing)
    one_hot = torch.eye(4)[TARGETS]
    loss = focal_loss(LOGITS, one_hot, weights=WEIGHTS, label_smoothing=label_smoothing, gamma=0.0)
    torch.testing.assert_close(loss, expected)


def test_focal_loss_with_gamma_2_equals_that_by_hand() -> None:
    p = torch.tensor([[0.75, 0.25], [0.1, 0.9]])
    loss = focal_loss(
        p.log(), torch.eye(2)[[0, 0]], weights=torch.ones(2), label_smoothing=0.0, gamma=2.0
    )
    # 0.25^2 ln(4/3) = 0.01798 and 0.9^2 ln(10) = 1.86509
    assert float(loss) == pytest.approx((0.017980 + 1.865094) / 2, rel=1e-4)


def test_mixed_targets_are_weighted_by_both_of_their_classes() -> None:
    p = torch.tensor([[0.5, 0.25, 0.25]])
    targets, weights = torch.tensor([[0.75, 0.25, 0.0]]), torch.tensor([1.0, 3.0, 9.0])
    loss = focal_loss(p.log(), targets, weights=weights, label_smoothing=0.0, gamma=0.0)
    # (0.75 * 1 * ln 2 + 0.25 * 3 * ln 4) / (0.75 * 1 + 0.25 * 3)
    assert float(loss) == pytest.approx((0.75 * 0.693147 + 0.75 * 1.386294) / 1.5, rel=1e-5)


def test_gradient_is_finite_where_a_class_is_certain() -> None:
    logits = torch.tensor([[200.0, 0.0, 0.0, 0.0]], requires_grad=True)
    focal_loss(
        logits, torch.eye(4)[[0]], weights=WEIGHTS, label_smoothing=0.0, gamma=0.5
    ).backward()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


def test_focal_gamma_and_class_weights_of_the_configuration_are_used() -> None:
    config = train_with(focal_gamma=1.5, class_weights="inverse", label_smoothing=0.1)
    loss = TrainingLoss.for_labels(TARGETS, config=config, n_classes=4)(LOGITS, TARGETS)
    weights = torch.tensor([1 / 11, 1 / 2, 1 / 2, 1.0])
    expected = focal_loss(
        LOGITS, torch.eye(4)[TARGETS], weights=weights, label_smoothing=0.1, gamma=1.5
    )
    torch.testing.assert_close(loss, expected)


@pytest.mark.parametrize("focal_gamma", [0.0, 2.0])
def test_logit_adjustment_shifts_the_logits_by_the_log_of_the_class_frequencies(
    focal_gamma: float,
) -> None:
    def loss(logits: torch.Tensor, logit_adjustment: float) -> torch.Tensor:
        config = train_with(focal_gamma=focal_gamma, logit_adjustment=logit_adjustment)
        return TrainingLoss.for_labels(TARGETS, config=config, n_classes=4)(logits, TARGETS)

    shift = 0.5 * torch.tensor([11 / 16, 2 / 16, 2 / 16, 1 / 16]).log()
    torch.testing.assert_close(loss(LOGITS, 0.5), loss(LOGITS + shift, 0.0))
    assert loss(LOGITS, 0.5) != loss(LOGITS, 0.0)


def test_absent_class_is_allowed_without_class_weights() -> None:
    config = train_with(class_weights="none")
    loss = TrainingLoss.for_labels(torch.tensor([0, 1, 2]), config=config, n_classes=4)(
        LOGITS, TARGETS
    )
    torch.testing.assert_close(loss, F.cross_entropy(LOGITS, TARGETS))
