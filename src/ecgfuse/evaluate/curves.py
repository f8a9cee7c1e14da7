"""Tables behind the plots that DVC draws and compares: confusion, precision-recall and ROC."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

from ecgfuse.files import atomic_file
from ecgfuse.records.annotations import CLASSES


def confusion_table(labels: np.ndarray, predicted: np.ndarray) -> pd.DataFrame:
    """One row per beat, as DVC's confusion templates want it; they do the counting.

    Args:
        labels, predicted: (n_beats,) int, indices into CLASSES.

    Returns:
        Columns actual and predicted, as letters of classes.
    """
    letters = np.array(CLASSES)
    return pd.DataFrame({"actual": letters[labels], "predicted": letters[predicted]})


def precision_recall_table(
    labels: np.ndarray, probabilities: np.ndarray, *, n_points: int
) -> pd.DataFrame:
    """Precision of each class against the rest, on an even grid of recall from 0 to 1.

    The precision at a recall is that of the strictest threshold which reaches it, and finds at
    least one beat. This is the step function whose area is the average precision; straight lines
    between the points of the curve would promise too much (Davis and Goadrich, 2006).

    Args:
        labels: (n_beats,) int, indices into CLASSES; every class must occur.
        probabilities: (n_beats, n_classes).
        n_points: rows of the table, at least 2.

    Returns:
        Columns recall, N, S, V, F.
    """
    grid = np.linspace(0.0, 1.0, n_points)
    table = {"recall": grid}
    for index, name in enumerate(CLASSES):
        precision, recall, _ = precision_recall_curve(labels == index, probabilities[:, index])
        found = recall > 0  # a threshold that finds no beat of the class has no place on the curve
        precision, recall = precision[found][::-1], recall[found][::-1]  # from strict to lenient
        table[name] = precision[np.searchsorted(recall, grid, side="left")]
    return pd.DataFrame(table)


def roc_table(labels: np.ndarray, probabilities: np.ndarray, *, n_points: int) -> pd.DataFrame:
    """Sensitivity of each class against the rest, on an even grid of the false positive rate.

    Args:
        labels: (n_beats,) int, indices into CLASSES; every class must occur.
        probabilities: (n_beats, n_classes).
        n_points: rows of the table, at least 2.

    Returns:
        Columns fpr, N, S, V, F.
    """
    grid = np.linspace(0.0, 1.0, n_points)
    table = {"fpr": grid}
    for index, name in enumerate(CLASSES):
        fpr, tpr, _ = roc_curve(labels == index, probabilities[:, index])
        # The curve rises where the rate stands still: its upper end holds there. For such
        # repeated places np.interp takes the last, which is the upper one.
        table[name] = np.interp(grid, fpr, tpr)
    return pd.DataFrame(table)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV with six decimals, so that equal results are equal files."""
    with atomic_file(path) as temporary:
        table.to_csv(temporary, index=False, float_format="%.6f", lineterminator="\n")
