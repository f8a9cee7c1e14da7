"""Scores of the network that tells all classes apart."""

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import precision_recall_fscore_support

from ecgfuse.studies.heartbeat.scores_results import ClassesResults


def classes_results(
    labels: np.ndarray, predicted: np.ndarray, *, classes: Sequence[str]
) -> ClassesResults:
    """Scores of each class that has beats against the rest, and their means.

    Unlike `evaluate.metrics.score`, it allows classes without beats: DS2 has seven of Q, and a
    shorter test may have none.

    Args:
        labels: (n_beats,) int, indices into `classes`.
        predicted: the same of the predictions, (n_seeds, n_beats).
    """
    tested = [place for place in range(len(classes)) if np.any(labels == place)]
    scores = np.array(
        [
            precision_recall_fscore_support(labels, of_seed, labels=tested, zero_division=0)[:3]
            for of_seed in predicted
        ]
    )  # (n_seeds, ppv or sensitivity or f1, n_tested)
    ppv, sensitivity, f1 = scores.mean(axis=0)
    accuracy = (predicted == labels).mean(axis=1)
    return {
        "accuracy": float(accuracy.mean()),
        "accuracy_sd": _sd(accuracy),
        "macro_f1": float(f1.mean()),
        "macro_f1_sd": _sd(scores[:, 2].mean(axis=1)),
        "classes": {
            classes[place]: {
                "beats": int((labels == place).sum()),
                "sensitivity": float(sensitivity[column]),
                "ppv": float(ppv[column]),
                "f1": float(f1[column]),
                "f1_sd": _sd(scores[:, 2, column]),
            }
            for column, place in enumerate(tested)
        },
    }


def _sd(values: np.ndarray) -> float:
    """Sample standard deviation over the seeds, 0 with one."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
