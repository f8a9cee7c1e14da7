"""The scores of `metrics.score` in every draw of records, without going through the beats again.

A beat counts as often as its record is in the draw. For F1 and sensitivity the confusion counts of
each record are enough. For the areas the beats are sorted once; at every threshold the beats above
it are counted record by record, and a draw weighs those counts. Equal scores are one threshold, so
all results are those of scikit-learn on the repeated beats.
"""

import numpy as np
import pandas as pd

from ecgfuse.evaluate.metrics import HEADLINE, MACRO
from ecgfuse.evaluate.resamples import Resamples, interval
from ecgfuse.records.annotations import CLASSES

_BLOCK = 2_000_000
"""Numbers held at once for draws x thresholds, 16 MB an array."""


def resample_scores(
    labels: np.ndarray, probabilities: np.ndarray, *, resamples: Resamples
) -> pd.DataFrame:
    """Mean over the seeds of each score, draw by draw.

    Args:
        labels: (n_beats,) int, indices into CLASSES.
        probabilities: (n_seeds, n_beats, n_classes).

    Returns:
        (n_draws,) rows; columns as metrics.HEADLINE.
    """
    by_seed = [_score_draws(labels, of_seed, resamples=resamples) for of_seed in probabilities]
    return pd.DataFrame(np.mean(by_seed, axis=0), columns=list(HEADLINE))


def score_intervals(drawn: pd.DataFrame) -> dict[str, dict[str, float]]:
    """95 % interval of each column of `resample_scores`: {"low", "high"}."""
    return {str(name): interval(values.to_numpy()) for name, values in drawn.items()}


def _score_draws(
    labels: np.ndarray, probabilities: np.ndarray, *, resamples: Resamples
) -> np.ndarray:
    """(n_draws, n_headline) scores of one seed."""
    f1, sensitivity = f1_and_sensitivity(labels, probabilities.argmax(axis=1), resamples=resamples)
    areas = [
        areas_of_class(labels == index, probabilities[:, index], resamples=resamples)
        for index in range(len(CLASSES))
    ]
    auprc, auroc = np.moveaxis(np.array(areas), 1, 0)  # (n_classes, n_draws) each
    parts = {"f1": f1.T, "sensitivity": sensitivity.T, "auprc": auprc, "auroc": auroc}
    macro = [parts[part].mean(axis=0) for part in MACRO.values()]
    return np.stack([*macro, *f1.T], axis=1)


def f1_and_sensitivity(
    labels: np.ndarray, predicted: np.ndarray, *, resamples: Resamples
) -> tuple[np.ndarray, np.ndarray]:
    """F1 and sensitivity of each class against the rest, (n_draws, n_classes) each.

    Args:
        labels, predicted: (n_beats,) int, indices into CLASSES.
    """
    n_records, n_classes = resamples.times.shape[1], len(CLASSES)
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
        scores: (n_beats,), higher for beats more likely of the class.
    """
    found, alarms = _counts_above(positive, scores, resamples=resamples)
    times = resamples.times.astype(np.float64)
    return _average_precision(found, alarms, times=times), _roc_area(found, alarms, times=times)


def _counts_above(
    positive: np.ndarray, scores: np.ndarray, *, resamples: Resamples
) -> tuple[np.ndarray, np.ndarray]:
    """Beats of each record at or above each threshold: positive ones, and the others.

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
    # Where no positive beat is gained, in whatever record, nothing is added to the sum.
    gains = np.append(0, np.flatnonzero(np.diff(found.sum(axis=1))) + 1)
    found, above = found[gains].T, (found + alarms)[gains].T  # (n_records, n_gains + 1)
    areas = []
    for part in np.array_split(times, 1 + len(times) * len(gains) // _BLOCK):
        hits, called = part @ found, part @ above  # (n_part, n_gains + 1)
        precision = hits / np.maximum(called, 1)  # 0 of 0 where no drawn record is above
        areas.append((precision[:, 1:] * np.diff(hits)).sum(axis=1) / hits[:, -1])
    return np.concatenate(areas)


def _roc_area(found: np.ndarray, alarms: np.ndarray, *, times: np.ndarray) -> np.ndarray:
    """Share of the pairs of a positive and another beat in the right order, ties half, (n_draws,).

    Wrong pairs are counted once for each pair of records; a draw counts those as often as both
    records are in it.
    """
    wrong = np.diff(found, axis=0).T @ ((alarms[:-1] + alarms[1:]) / 2)  # (n_records, n_records)
    pairs = (times @ found[-1]) * (times @ alarms[-1])
    return 1 - np.einsum("dr,rs,ds->d", times, wrong, times, optimize=True) / pairs
