"""Scores of classifiers whose examples have any number of classes, some of which may be absent.

A class that no example has, or that all have, has no AUROC and is left out of the means.
"""

from itertools import combinations

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score


def scorable_classes(targets: np.ndarray) -> np.ndarray:
    """Indices of the classes that some examples have and others lack.

    Args:
        targets: (n, n_classes), 1 for the classes of an example.
    """
    n_of_class = targets.sum(axis=0)
    return np.flatnonzero((n_of_class > 0) & (n_of_class < len(targets)))


def macro_auroc(probabilities: np.ndarray, targets: np.ndarray, *, scored: np.ndarray) -> float:
    """Mean AUROC of each class against the rest.

    Args:
        probabilities: (n, n_classes).
        targets: (n, n_classes), 1 for the classes of an example.
        scored: indices of the classes, out of `scorable_classes`; at least one.
    """
    return float(np.mean([roc_auc_score(targets[:, i], probabilities[:, i]) for i in scored]))


def macro_f1(decisions: np.ndarray, targets: np.ndarray, *, scored: np.ndarray) -> float:
    """Mean F1 over the classes; a class that is never predicted has F1 0.

    Args:
        decisions: (n, n_classes), 1 for the predicted classes of an example.
        targets: (n, n_classes), 1 for its true classes.
        scored: indices of the classes that count.
    """
    return float(
        f1_score(targets[:, scored], decisions[:, scored], average="macro", zero_division=0)
    )


def one_vs_one_auc(probabilities: np.ndarray, targets: np.ndarray) -> float | None:
    """Mean over all pairs of classes of the AUC between the two (Hand and Till, 2001).

    The AUC of a pair is the mean of ranking by the probability of either class. Only examples of
    exactly one class count, and classes that have some.

    Args:
        probabilities: (n, n_classes).
        targets: (n, n_classes), 1 for the classes of an example.

    Returns:
        None if fewer than two classes have an example of their own.
    """
    single = targets.sum(axis=1) == 1
    labels, ranked = targets[single].argmax(axis=1), probabilities[single]
    aucs = []
    for a, b in combinations(np.unique(labels), 2):
        pair = np.isin(labels, (a, b))
        aucs.append(roc_auc_score(labels[pair] == a, ranked[pair, a]))
        aucs.append(roc_auc_score(labels[pair] == b, ranked[pair, b]))
    return float(np.mean(aucs)) if aucs else None
