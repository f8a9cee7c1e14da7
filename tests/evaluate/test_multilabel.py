"""Scores of examples with any number of classes, against ones computed by hand."""

import numpy as np
import pytest

from ecgfuse.evaluate.multilabel import macro_auroc, macro_f1, one_vs_one_auc, scorable_classes

TARGETS = np.array([[1, 0, 1, 0], [1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 0, 0]])
"""All examples have the first class, and none the last."""


def test_classes_that_all_or_no_examples_have_are_left_out() -> None:
    assert scorable_classes(TARGETS).tolist() == [1, 2]


def test_macro_scores_are_means_over_the_scored_classes() -> None:
    probabilities = np.array([[0, 0.1, 0.9, 0], [0, 0.6, 0.4, 0], [0, 0.2, 0.5, 0], [0, 0.9, 0, 0]])
    scored = np.array([1, 2])
    # Class 1 is ranked without error; of class 2, one of four pairs is in the wrong order.
    assert macro_auroc(probabilities, TARGETS, scored=scored) == pytest.approx((1 + 3 / 4) / 2)
    # Above 0.45: class 1 without error; of class 2 one is found, one missed and one wrong.
    found = macro_f1(probabilities > 0.45, TARGETS, scored=scored)
    assert found == pytest.approx((1 + 1 / 2) / 2)


def test_class_that_is_never_predicted_has_f1_0() -> None:
    assert macro_f1(np.zeros_like(TARGETS), TARGETS, scored=np.array([1, 2])) == 0.0


def test_one_vs_one_is_the_mean_over_pairs_in_both_directions() -> None:
    # Classes 0 and 1: by p0 one of two pairs is in the right order, by p1 both.
    probabilities = np.array([[0.6, 0.1], [0.3, 0.2], [0.4, 0.6]])
    targets = np.array([[1, 0], [1, 0], [0, 1]])
    assert one_vs_one_auc(probabilities, targets) == pytest.approx((0.5 + 1.0) / 2)


def test_one_vs_one_takes_only_examples_of_one_class() -> None:
    probabilities = np.array([[0.9, 0.1], [0.1, 0.9], [0.0, 0.0]])
    targets = np.array([[1, 0], [0, 1], [1, 1]])
    assert one_vs_one_auc(probabilities, targets) == 1.0


def test_one_vs_one_is_none_without_two_classes() -> None:
    assert one_vs_one_auc(np.ones((2, 3)), np.eye(3)[[1, 1]]) is None
