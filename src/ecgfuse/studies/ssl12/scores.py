"""Scores of recordings: macro AUROC, one-vs-one AUC, macro F1."""

import numpy as np

from ecgfuse.evaluate.multilabel import macro_auroc, macro_f1, one_vs_one_auc, scorable_classes
from ecgfuse.studies.ssl12.data import TASKS, Task
from ecgfuse.studies.ssl12.results import RecordingScores


def score_recordings(logits: np.ndarray, targets: np.ndarray, *, task: Task) -> RecordingScores:
    """Score the logits of one network.

    Args:
        logits: (n, n_classes).
        targets: (n, n_classes), 1 for the classes of a recording.

    Returns:
        macro_auroc (one class against the rest), ovo_auc, macro_f1 (a diagnosis is predicted if its
        probability is above 0.5; the rhythm is the most probable one), n_recordings, n_of_class,
        and left_out, the classes without a score, comma-separated. ovo_auc is None if fewer than
        two classes have a recording of their own.

    Raises:
        ValueError: no class is left.
    """
    scored, classes = scorable_classes(targets), TASKS[task]
    if not len(scored):
        raise ValueError(
            f"the {len(targets)} test recordings are alike in every class of {task}, so nothing "
            "can be scored; add a database to recordings.databases"
        )
    probabilities = _probabilities(logits, task=task)
    decisions = np.eye(len(classes))[logits.argmax(1)] if task == "rhythm" else probabilities > 0.5
    return {
        "macro_auroc": macro_auroc(probabilities, targets, scored=scored),
        "ovo_auc": one_vs_one_auc(probabilities, targets),
        "macro_f1": macro_f1(decisions, targets, scored=scored),
        "n_recordings": len(targets),
        "n_of_class": {name: int(n) for name, n in zip(classes, targets.sum(axis=0), strict=True)},
        "left_out": ", ".join(name for i, name in enumerate(classes) if i not in scored),
    }


def _probabilities(logits: np.ndarray, *, task: Task) -> np.ndarray:
    if task == "diagnosis":
        return np.asarray(1 / (1 + np.exp(-logits)))
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))
