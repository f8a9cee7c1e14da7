"""Scores of a beat classifier: one class against the rest, and their unweighted means.

Precision is called positive predictive value (ppv) and recall sensitivity, as in the ECG
literature. Area under the precision-recall curve (AUPRC) is the average precision: the step-wise
sum without interpolation. Its chance level is the prevalence of the class, not 0.5.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from sklearn.metrics import (
    average_precision_score,
    precision_recall_fscore_support,
    roc_auc_score,
)

T = TypeVar("T")

Scores = dict[str, Any]
"""As `score` returns: four macro means and the accuracy, and a dict of floats per class.

`results.ModelScores` is the same for the four classes of the pipeline. No lists, since DVC silently
drops lists from metrics.
"""

MACRO = {
    "macro_f1": "f1",
    "macro_sensitivity": "sensitivity",
    "macro_auprc": "auprc",
    "macro_auroc": "auroc",
}
"""Macro score -> the score per class that it is the mean of."""


def score(
    labels: np.ndarray,
    probabilities: np.ndarray,
    *,
    classes: Sequence[str],
    split: str = "test",
) -> Scores:
    """Score the probabilities of one model.

    Args:
        labels: (n_beats,) int, indices into `classes`.
        probabilities: (n_beats, n_classes); the class with the highest one is predicted.
        split: name of the split, for error messages.

    Returns:
        {"macro_f1", "macro_sensitivity", "macro_auprc", "macro_auroc", "accuracy"} and, for each
        class, {"sensitivity", "ppv", "f1", "auprc", "auroc", "support"}, as fractions of 1;
        support is the number of beats. A class that is never predicted has ppv 0 and f1 0.

    Raises:
        ValueError: arrays of different lengths, a probability that is not finite, a label outside
            the classes, or a class without beats, for which most of these scores are undefined.
    """
    _check(labels, probabilities, classes=classes, split=split)
    predicted = probabilities.argmax(axis=1)
    ppv, sensitivity, f1, support = precision_recall_fscore_support(
        labels, predicted, labels=range(len(classes)), zero_division=0
    )
    by_class = {
        name: {
            "sensitivity": float(sensitivity[index]),
            "ppv": float(ppv[index]),
            "f1": float(f1[index]),
            "auprc": float(average_precision_score(labels == index, probabilities[:, index])),
            "auroc": float(roc_auc_score(labels == index, probabilities[:, index])),
            "support": int(support[index]),
        }
        for index, name in enumerate(classes)
    }
    macro = {
        name: float(np.mean([scores[part] for scores in by_class.values()]))
        for name, part in MACRO.items()
    }
    return {**macro, "accuracy": float(np.mean(predicted == labels)), **by_class}


def summarise(
    labels: np.ndarray,
    probabilities: np.ndarray,
    *,
    classes: Sequence[str],
    split: str = "test",
) -> dict[str, Scores]:
    """Score several seeds of one model, and their ensemble.

    Args:
        labels: (n_beats,) int, indices into `classes`.
        probabilities: (n_seeds, n_beats, n_classes).
        split: name of the split, for error messages.

    Returns:
        "mean" over the seeds; "sd", the sample standard deviation over them (0 for one seed;
        without support); and "ensemble", the scores of the mean probability. Each as `score`.

    Raises:
        ValueError: as `score`, or no seed at all.
    """
    if probabilities.ndim != 3 or len(probabilities) == 0:
        raise ValueError(
            f"split {split}: probabilities have shape {probabilities.shape}, but must be "
            "(n_seeds, n_beats, n_classes) with at least one seed; train with one seed or more"
        )
    by_seed = [score(labels, of_seed, classes=classes, split=split) for of_seed in probabilities]
    mean = _combine(by_seed, lambda values: float(np.mean(values)))
    sd = _combine(by_seed, lambda values: float(np.std(values, ddof=1)) if values[1:] else 0.0)
    for name in classes:
        mean[name]["support"] = by_seed[0][name]["support"]
        del sd[name]["support"]
    ensemble = score(labels, probabilities.mean(axis=0), classes=classes, split=split)
    return {"mean": mean, "sd": sd, "ensemble": ensemble}


def headline_names(classes: Sequence[str]) -> tuple[str, ...]:
    """The scores with intervals and learning curves: the macro means, and F1 of each class."""
    return (*MACRO, *(f"f1_{name}" for name in classes))


def headline(scores: Mapping[str, Any], *, classes: Sequence[str]) -> dict[str, float]:
    """The scores of `headline_names`, by these flat names.

    Args:
        scores: as `score` returns them.
    """
    return {
        **{name: scores[name] for name in MACRO},
        **{f"f1_{name}": scores[name]["f1"] for name in classes},
    }


def nest_headline(
    values: Mapping[str, T], *, classes: Sequence[str]
) -> dict[str, T | dict[str, T]]:
    """Values by `headline_names`, nested as the scores of `score` are."""
    return {
        **{name: values[name] for name in MACRO},
        **{name: {"f1": values[f"f1_{name}"]} for name in classes},
    }


def score_by_record(
    records: np.ndarray, labels: np.ndarray, predicted: np.ndarray, *, classes: Sequence[str]
) -> pd.DataFrame:
    """Count and score the beats of each record.

    Args:
        records: (n_beats,), the name of each beat's record.
        labels: (n_beats,) int, indices into `classes`.
        predicted: the same of the predictions.
        classes: names of the classes, the normal one first.

    Returns:
        One row per record, sorted by name: record, beats, correct, accuracy; beats_X, predicted_X
        and correct_X for every class X; sensitivity_X and ppv_X for every class but the first, NaN
        if the denominator is 0 (no beat of X, or none predicted as X).

    Raises:
        ValueError: arrays of different lengths.
    """
    if not len(records) == len(labels) == len(predicted):
        raise ValueError(
            f"{len(records)} records, {len(labels)} labels and {len(predicted)} predictions, but "
            "each beat needs one of each; run the stage predict again"
        )
    names, index = np.unique(np.asarray(records).astype(str), return_inverse=True)
    counts = np.zeros((len(names), len(classes), len(classes)), dtype=np.int64)
    np.add.at(counts, (index, labels, predicted), 1)  # (n_records, true, predicted)
    beats, called = counts.sum(axis=2), counts.sum(axis=1)
    correct = np.diagonal(counts, axis1=1, axis2=2)
    table = {
        "record": names,
        "beats": beats.sum(axis=1),
        "correct": correct.sum(axis=1),
        "accuracy": correct.sum(axis=1) / beats.sum(axis=1),
    }
    for column, values in {"beats": beats, "predicted": called, "correct": correct}.items():
        table |= {f"{column}_{name}": values[:, i] for i, name in enumerate(classes)}
    for i, name in list(enumerate(classes))[1:]:
        table[f"sensitivity_{name}"] = _fraction(correct[:, i], of=beats[:, i])
        table[f"ppv_{name}"] = _fraction(correct[:, i], of=called[:, i])
    return pd.DataFrame(table)


def _fraction(part: np.ndarray, *, of: np.ndarray) -> np.ndarray:
    """part / of, NaN where `of` is 0."""
    return np.divide(part, of, out=np.full(len(part), np.nan), where=of > 0)


def _combine(by_seed: Sequence[Scores], function: Callable[[list[float]], float]) -> Scores:
    """Apply a function to the values of all seeds, for each value of a nested dict."""
    return {
        key: _combine([scores[key] for scores in by_seed], function)
        if isinstance(value, dict)
        else function([scores[key] for scores in by_seed])
        for key, value in by_seed[0].items()
    }


def _check(
    labels: np.ndarray, probabilities: np.ndarray, *, classes: Sequence[str], split: str
) -> None:
    if probabilities.shape != (len(labels), len(classes)):
        raise ValueError(
            f"split {split}: probabilities have shape {probabilities.shape}, but {len(labels)} "
            f"labels need ({len(labels)}, {len(classes)}); run the stage that predicts them again"
        )
    bad = np.flatnonzero(~np.isfinite(probabilities).all(axis=1))
    if len(bad):
        raise ValueError(
            f"split {split}: the probabilities of {len(bad)} beats are not finite (first: beat "
            f"{bad[0]}, {probabilities[bad[0]].tolist()}); the training diverged: lower its "
            "learning rate and train again"
        )
    outside = np.setdiff1d(labels, range(len(classes)))
    if len(outside):
        raise ValueError(
            f"split {split}: a label is {outside[0]}, but must lie between 0 and "
            f"{len(classes) - 1}; drop beats outside the classes {' '.join(classes)} first"
        )
    missing = [name for index, name in enumerate(classes) if not np.any(labels == index)]
    if missing:
        raise ValueError(
            f"split {split}: none of its {len(labels)} beats is of class {missing[0]}, so that "
            f"class cannot be scored; add a record with {missing[0]} beats to split.{split}"
        )
