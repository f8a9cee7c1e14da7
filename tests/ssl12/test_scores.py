"""Scores of recordings against hand-worked ones."""

import numpy as np
import pytest

from ecgfuse.ssl12.scores import one_vs_one_auc, score_recordings


def test_right_answers_have_full_scores_and_absent_classes_are_named() -> None:
    targets = np.eye(4)[[0, 0, 2, 2, 3]]
    found = score_recordings(10 * targets, targets, task="rhythm")
    assert (found["macro_auroc"], found["ovo_auc"], found["macro_f1"]) == (1, 1, 1)
    assert found["left_out"] == "GSVT"
    assert found["n_recordings"] == 5


def test_diagnoses_are_told_each_by_its_own_probability() -> None:
    targets = np.array([[1, 1, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]])
    logits = np.where(targets == 1, 2.0, -2.0)
    logits[0, 1] = -1.0  # missed, but still above those without it
    found = score_recordings(logits, targets, task="diagnosis")
    assert found["macro_auroc"] == 1
    assert found["macro_f1"] == pytest.approx((1 + 2 / 3 + 1) / 3)
    assert found["left_out"] == "CD, HYP"


def test_one_vs_one_is_the_mean_over_pairs_in_both_directions() -> None:
    # Classes 0 and 1: by p0 one of two pairs is ranked right, by p1 both.
    probabilities = np.array([[0.6, 0.1], [0.3, 0.2], [0.4, 0.6]])
    targets = np.array([[1, 0], [1, 0], [0, 1]])
    assert one_vs_one_auc(probabilities, targets) == pytest.approx((0.5 + 1.0) / 2)


def test_one_vs_one_takes_recordings_of_one_class_alone() -> None:
    probabilities = np.array([[0.9, 0.1], [0.1, 0.9], [0.0, 0.0]])
    targets = np.array([[1, 0], [0, 1], [1, 1]])
    assert one_vs_one_auc(probabilities, targets) == 1.0


def test_without_two_classes_there_is_no_one_vs_one() -> None:
    assert np.isnan(one_vs_one_auc(np.ones((2, 3)), np.eye(3)[[1, 1]]))


def test_recordings_that_are_all_alike_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="3 test recordings are alike in every class of diagnosis"):
        score_recordings(np.zeros((3, 5)), np.eye(5)[[1, 1, 1]], task="diagnosis")
