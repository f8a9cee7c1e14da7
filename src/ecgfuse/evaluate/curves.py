"""Tables behind the plots that DVC draws and compares: confusion, precision-recall and ROC."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

from ecgfuse.pipeline.files import atomic_file


def confusion_table(
    labels: np.ndarray, predicted: np.ndarray, *, classes: Sequence[str]
) -> pd.DataFrame:
    """One row per beat, as the confusion templates of DVC require; they do the counting.

    Args:
        labels: (n_beats,) int, indices into `classes`.
        predicted: the same of the predictions.

    Returns:
        Columns actual and predicted, names of classes.
    """
    names = np.array(classes)
    return pd.DataFrame({"actual": names[labels], "predicted": names[predicted]})


def precision_recall_table(
    labels: np.ndarray, probabilities: np.ndarray, *, classes: Sequence[str], n_points: int
) -> pd.DataFrame:
    """Precision of each class against the rest, on an even grid of recall from 0 to 1.

    The precision at a recall is that of the strictest threshold which reaches it and finds at
    least one beat. This is the step function whose area is the average precision; straight lines
    between the points of the curve would be too optimistic (Davis and Goadrich, ICML 2006).

    Args:
        labels: (n_beats,) int, indices into `classes`; every class must occur.
        probabilities: (n_beats, n_classes).
        n_points: rows of the table, at least 2.

    Returns:
        Columns recall, and one per class.
    """
    grid = np.linspace(0.0, 1.0, n_points)
    table = {"recall": grid}
    for index, name in enumerate(classes):
        precision, recall, _ = precision_recall_curve(labels == index, probabilities[:, index])
        found = recall > 0  # a threshold that finds no beat of the class is no point of the curve
        precision, recall = precision[found][::-1], recall[found][::-1]  # from strict to lenient
        table[name] = precision[np.searchsorted(recall, grid, side="left")]
    return pd.DataFrame(table)


def roc_table(
    labels: np.ndarray, probabilities: np.ndarray, *, classes: Sequence[str], n_points: int
) -> pd.DataFrame:
    """Sensitivity of each class against the rest, on an even grid of the false positive rate.

    Args:
        labels: (n_beats,) int, indices into `classes`; every class must occur.
        probabilities: (n_beats, n_classes).
        n_points: rows of the table, at least 2.

    Returns:
        Columns fpr, and one per class.
    """
    grid = np.linspace(0.0, 1.0, n_points)
    table = {"fpr": grid}
    for index, name in enumerate(classes):
        fpr, tpr, _ = roc_curve(labels == index, probabilities[:, index])
        # Where the curve rises at a constant rate, its upper end counts. Of repeated x values
        # np.interp takes the last, which is the upper end.
        table[name] = np.interp(grid, fpr, tpr)
    return pd.DataFrame(table)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV with six decimals, so that equal results are equal files."""
    with atomic_file(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6f", lineterminator="\n")
