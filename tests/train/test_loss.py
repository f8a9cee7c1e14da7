"""Class weights equal those worked out by hand."""

from typing import Literal

import numpy as np
import pytest

from ecgfuse.train.loss import class_weights

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
def test_rarer_classes_weigh_more(scheme: Scheme) -> None:
    weights = class_weights(LABELS, scheme=scheme, n_classes=4)
    assert weights[0] < weights[1] == weights[2] < weights[3]
