"""Scores of recordings, against ones computed by hand."""

import numpy as np
import pytest

from ecgfuse.studies.ssl12.scores import score_recordings


def test_correct_predictions_have_full_scores_and_absent_classes_are_named() -> None:
    targets = np.eye(4)[[0, 0, 2, 2, 3]]
    found = score_recordings(10 * targets, targets, task="rhythm")
    assert (found["macro_auroc"], found["ovo_auc"], found["macro_f1"]) == (1, 1, 1)
    assert found["left_out"] == "GSVT"
    assert found["n_recordings"] == 5


def test_each_diagnosis_is_predicted_by_its_own_probability() -> None:
    targets = np.array([[1, 1, 0, 0, 0], [1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]])
    logits = np.where(targets == 1, 2.0, -2.0)
    logits[0, 1] = -1.0  # missed, but still above those without it
    found = score_recordings(logits, targets, task="diagnosis")
    assert found["macro_auroc"] == 1
    assert found["macro_f1"] == pytest.approx((1 + 2 / 3 + 1) / 3)
    assert found["left_out"] == "CD, HYP"


def test_without_two_classes_there_is_no_one_vs_one() -> None:
    targets = np.array([[1, 1, 0, 0, 0], [1, 0, 0, 0, 0]])
    assert score_recordings(4.0 * targets - 2, targets, task="diagnosis")["ovo_auc"] is None


def test_recordings_of_equal_classes_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="3 test recordings are alike in every class of diagnosis"):
        score_recordings(np.zeros((3, 5)), np.eye(5)[[1, 1, 1]], task="diagnosis")
