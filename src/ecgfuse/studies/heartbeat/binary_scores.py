"""Scores of normal against abnormal beats, the positive class being abnormal."""

from typing import TypedDict

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    cohen_kappa_score,
    precision_recall_fscore_support,
    roc_auc_score,
)

THRESHOLD = 0.5
"""A beat is called abnormal if its probability is above this: that of the class is the higher."""


class BinaryScores(TypedDict):
    """Scores of one network, as fractions of 1."""

    accuracy: float
    precision: float
    recall: float
    f1: float
    kappa: float
    """Cohen's: agreement beyond chance."""
    roc_auc: float
    """From the probabilities."""
    roc_auc_hard_labels: float
    """From the predicted classes, as the published study computed it: the mean of sensitivity and
    specificity (balanced accuracy)."""


class Confusion(TypedDict):
    """Beats by true and predicted class, means over the seeds."""

    true_normal: float
    false_abnormal: float
    false_normal: float
    true_abnormal: float


def binary_scores(abnormal: np.ndarray, p_abnormal: np.ndarray) -> BinaryScores:
    """Score the probabilities of one network.

    Args:
        abnormal: (n_beats,) int, 1 for abnormal beats and 0 for normal ones.
        p_abnormal: (n_beats,), probability of abnormal.

    Returns:
        The scores. Precision and F1 are 0 if no beat is called abnormal.

    Raises:
        ValueError: arrays of different lengths, a probability that is not finite, or only one of
            the two classes.
    """
    if abnormal.shape != p_abnormal.shape:
        raise ValueError(
            f"{len(abnormal)} labels and {len(p_abnormal)} probabilities, but each beat needs one "
            "of each; run the stage that predicts them again"
        )
    if not np.isfinite(p_abnormal).all():
        raise ValueError(
            f"{int((~np.isfinite(p_abnormal)).sum())} probabilities are not finite: the training "
            "diverged; train again with fit.precision: fp32"
        )
    if len(np.unique(abnormal)) < 2:
        raise ValueError(
            f"all {len(abnormal)} beats have the label {abnormal[:1].tolist()}, but scores need "
            "normal and abnormal beats; add records to the split"
        )
    called = called_abnormal(p_abnormal)
    precision, recall, f1, _ = precision_recall_fscore_support(
        abnormal, called, average="binary", zero_division=0
    )
    return {
        "accuracy": float(accuracy_score(abnormal, called)),
        "precision": float(precision),
        "recall": float(recall),
        "f1": float(f1),
        "kappa": float(cohen_kappa_score(abnormal, called)),
        "roc_auc": float(roc_auc_score(abnormal, p_abnormal)),
        "roc_auc_hard_labels": float(roc_auc_score(abnormal, called)),
    }


def called_abnormal(p_abnormal: np.ndarray) -> np.ndarray:
    """(n_beats,) probabilities -> (n_beats,) int64, 1 where the beat is called abnormal."""
    return (p_abnormal > THRESHOLD).astype(np.int64)


def confusion_of(abnormal: np.ndarray, called: np.ndarray) -> Confusion:
    """Mean confusion of several seeds.

    Args:
        abnormal: (n_beats,) int, 0 or 1.
        called: the same of the predictions, (n_seeds, n_beats).
    """
    true, n_seeds = abnormal == 1, len(called)
    positive = called == 1
    return {
        "true_normal": float((~true & ~positive).sum() / n_seeds),
        "false_abnormal": float((~true & positive).sum() / n_seeds),
        "false_normal": float((true & ~positive).sum() / n_seeds),
        "true_abnormal": float((true & positive).sum() / n_seeds),
    }


def confusion_matrix_of(confusion: Confusion) -> np.ndarray:
    """(2, 2) beats, true class x predicted class, normal first."""
    return np.array(
        [
            [confusion["true_normal"], confusion["false_abnormal"]],
            [confusion["false_normal"], confusion["true_abnormal"]],
        ]
    )
