"""Scores of recordings: macro AUROC, one-vs-one AUC, macro F1.

A class that the test recordings lack, or that all of them have, has no AUROC; it is left out of the
means, and named.
"""

import math
from itertools import combinations
from typing import Any

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from ecgfuse.ssl12.dataset import TASKS, Task


def score_recordings(logits: np.ndarray, targets: np.ndarray, *, task: Task) -> dict[str, Any]:
    """Score the logits of one network.

    Args:
        logits: (n, n_classes).
        targets: (n, n_classes), 1 for what a recording has.

    Returns:
        macro_auroc (one class against the rest), ovo_auc, macro_f1 (a diagnosis is given where its
        probability is above 0.5; of rhythms the likeliest), n_recordings, n_of_class, and left_out,
        the classes without a score, comma-separated. ovo_auc is None where no two classes have a
        recording of their own.

    Raises:
        ValueError: no class is left.
    """
    n_of_class = targets.sum(axis=0)
    scored = np.flatnonzero((n_of_class > 0) & (n_of_class < len(targets)))
    if not len(scored):
        raise ValueError(
            f"the {len(targets)} test recordings are alike in every class of {task}, so nothing "
            "can be scored; add a database to recordings.databases"
        )
    probabilities = _probabilities(logits, task=task)
    given = np.eye(logits.shape[1])[logits.argmax(1)] if task == "rhythm" else probabilities > 0.5
    names = TASKS[task]
    return {
        "macro_auroc": float(
            np.mean([roc_auc_score(targets[:, i], probabilities[:, i]) for i in scored])
        ),
        "ovo_auc": None if math.isnan(ovo := one_vs_one_auc(probabilities, targets)) else ovo,
        "macro_f1": float(
            f1_score(targets[:, scored], given[:, scored], average="macro", zero_division=0)
        ),
        "n_recordings": len(targets),
        "n_of_class": {name: int(n) for name, n in zip(names, n_of_class, strict=True)},
        "left_out": ", ".join(name for i, name in enumerate(names) if i not in scored),
    }


def one_vs_one_auc(probabilities: np.ndarray, targets: np.ndarray) -> float:
    """Mean over all pairs of classes of the AUC that tells the two apart (Hand and Till, 2001).

    Of each pair, the mean of ranking by the one's and by the other's probability. Only recordings
    of exactly one class count, and classes that have some.

    Args:
        probabilities: (n, n_classes).
        targets: (n, n_classes), 1 for what a recording has.
    """
    single = targets.sum(axis=1) == 1
    labels, ranked = targets[single].argmax(axis=1), probabilities[single]
    aucs = []
    for a, b in combinations(np.unique(labels), 2):
        pair = np.isin(labels, (a, b))
        aucs.append(roc_auc_score(labels[pair] == a, ranked[pair, a]))
        aucs.append(roc_auc_score(labels[pair] == b, ranked[pair, b]))
    return float(np.mean(aucs)) if aucs else float("nan")


def _probabilities(logits: np.ndarray, *, task: Task) -> np.ndarray:
    if task == "diagnosis":
        return np.asarray(1 / (1 + np.exp(-logits)))
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True))
