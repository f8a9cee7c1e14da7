"""The scores of `metrics.score` for every draw of records, without repeating any beat.

A beat counts as often as its record is in the draw. For F1 and sensitivity the confusion counts of
each record suffice. For the areas the beats are sorted once; at every threshold the beats above it
are counted per record, and a draw weights those counts. Equal scores share a threshold, so all
results equal those of scikit-learn on the repeated beats.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ecgfuse.evaluate.metrics import MACRO, headline_names
from ecgfuse.evaluate.resamples import Resamples, interval
from ecgfuse.evaluate.results import Interval

BLOCK_SIZE = 2_000_000
"""Most numbers in one array of draws x thresholds: 16 MB."""


def resample_scores(
    labels: np.ndarray,
    probabilities: np.ndarray,
    *,
    classes: Sequence[str],
    resamples: Resamples,
) -> pd.DataFrame:
    """Mean over the seeds of each score, for each draw.

    Args:
        labels: (n_beats,) int, indices into `classes`.
        probabilities: (n_seeds, n_beats, n_classes).

    Returns:
        (n_draws,) rows; columns as `metrics.headline_names`.
    """
    by_seed = [
        _score_draws(labels, of_seed, classes=classes, resamples=resamples)
        for of_seed in probabilities
    ]
    return pd.DataFrame(np.mean(by_seed, axis=0), columns=list(headline_names(classes)))


def score_intervals(drawn: pd.DataFrame) -> dict[str, Interval]:
    """95 % interval of each column of `resample_scores`."""
    return {str(name): interval(values.to_numpy()) for name, values in drawn.items()}


def _score_draws(
    labels: np.ndarray,
    probabilities: np.ndarray,
    *,
    classes: Sequence[str],
    resamples: Resamples,
) -> np.ndarray:
    """Scores of one seed, (n_draws, n_scores)."""
    f1, sensitivity = f1_and_sensitivity(
        labels, probabilities.argmax(axis=1), classes=classes, resamples=resamples
    )
    areas = [
        areas_of_class(labels == index, probabilities[:, index], resamples=resamples)
        for index in range(len(classes))
    ]
    auprc, auroc = np.moveaxis(np.array(areas), 1, 0)  # (n_classes, n_draws) each
    parts = {"f1": f1.T, "sensitivity": sensitivity.T, "auprc": auprc, "auroc": auroc}
    macro = [parts[part].mean(axis=0) for part in MACRO.values()]
    return np.stack([*macro, *f1.T], axis=1)


def f1_and_sensitivity(
    labels: np.ndarray,
    predicted: np.ndarray,
    *,
    classes: Sequence[str],
    resamples: Resamples,
) -> tuple[np.ndarray, np.ndarray]:
    """F1 and sensitivity of each class against the rest, (n_draws, n_classes) each.

    Args:
        labels: (n_beats,) int, indices into `classes`.
        predicted: the same of the predictions.
    """
    n_records, n_classes = resamples.times.shape[1], len(classes)
    counts = np.zeros((n_records, n_classes, n_classes), dtype=np.int64)
    np.add.at(counts, (resamples.record_of_beat, labels, predicted), 1)
    confusion = np.einsum("dr,rtp->dtp", resamples.times, counts)  # (n_draws, true, predicted)
    correct = np.diagonal(confusion, axis1=1, axis2=2)
    beats, called = confusion.sum(axis=2), confusion.sum(axis=1)
    return 2 * correct / (beats + called), correct / beats


def areas_of_class(
    positive: np.ndarray, scores: np.ndarray, *, resamples: Resamples
) -> tuple[np.ndarray, np.ndarray]:
    """AUPRC (average precision) and AUROC of one class against the rest, (n_draws,) each.

    Args:
        positive: (n_beats,) bool.
        scores: (n_beats,), higher for beats more likely to be of the class.
    """
    found, alarms = _counts_above(positive, scores, resamples=resamples)
    times = resamples.times.astype(np.float64)
    return _average_precision(found, alarms, times=times), _roc_area(found, alarms, times=times)


def _counts_above(
    positive: np.ndarray, scores: np.ndarray, *, resamples: Resamples
) -> tuple[np.ndarray, np.ndarray]:
    """Count the beats of each record at or above each threshold: positive ones, and the others.

    Returns:
        Two arrays (n_thresholds + 1, n_records); the first row is 0, above all scores.
    """
    order = np.argsort(-scores, kind="stable")
    last_of_equal = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    record, is_positive = resamples.record_of_beat[order], positive[order]
    counts = []
    for chosen in (is_positive, ~is_positive):
        above = np.zeros((len(order) + 1, resamples.times.shape[1]))
        above[np.arange(1, len(order) + 1), record] = chosen
        np.cumsum(above, axis=0, out=above)
        counts.append(above[np.append(0, last_of_equal + 1)])
    return counts[0], counts[1]


def _average_precision(found: np.ndarray, alarms: np.ndarray, *, times: np.ndarray) -> np.ndarray:
    """Sum over thresholds of precision times gain in sensitivity, (n_draws,)."""
    # Thresholds that gain no positive beat in any record add nothing to the sum.
    gains = np.append(0, np.flatnonzero(np.diff(found.sum(axis=1))) + 1)
    found, above = found[gains].T, (found + alarms)[gains].T  # (n_records, n_gains + 1)
    areas = []
    for part in np.array_split(times, 1 + len(times) * len(gains) // BLOCK_SIZE):
        hits, called = part @ found, part @ above  # (n_part, n_gains + 1)
        precision = hits / np.maximum(called, 1)  # 0 of 0 where no drawn record is above
        areas.append((precision[:, 1:] * np.diff(hits)).sum(axis=1) / hits[:, -1])
    return np.concatenate(areas)


def _roc_area(found: np.ndarray, alarms: np.ndarray, *, times: np.ndarray) -> np.ndarray:
    """Share of pairs of a positive and another beat in the right order, ties half, (n_draws,).

    Wrong pairs are counted once for each pair of records, and weighted by how often a draw has both
    records.
    """
    wrong = np.diff(found, axis=0).T @ ((alarms[:-1] + alarms[1:]) / 2)  # (n_records, n_records)
    pairs = (times @ found[-1]) * (times @ alarms[-1])
    return 1 - np.einsum("dr,rs,ds->d", times, wrong, times, optimize=True) / pairs
