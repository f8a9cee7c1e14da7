"""Scores of a draw equal those of scikit-learn on the beats repeated as in the draw."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import headline, headline_names, score
from ecgfuse.evaluate.resampled_scores import (
    areas_of_class,
    f1_and_sensitivity,
    resample_scores,
    score_intervals,
)
from ecgfuse.evaluate.resamples import Resamples, draw_records

NAMES = headline_names(CLASSES)


def fabricated(
    *, n_records: int = 7, decimals: int = 1, skill: float = 2.0, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Records, labels and the probabilities of two seeds, rounded so that many are equal."""
    rng = np.random.default_rng(seed)
    records = np.repeat([f"{100 + i}" for i in range(n_records)], 60)
    labels = rng.choice(4, len(records), p=[0.7, 0.1, 0.15, 0.05])
    logits = rng.normal(size=(2, len(records), 4)) + skill * np.eye(4)[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    return records, labels, probabilities.round(decimals).astype(np.float32)


def flat_scores(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    return headline(score(labels, probabilities, classes=CLASSES), classes=CLASSES)


def repeated(resamples: Resamples, draw: int) -> np.ndarray:
    """Indices of the beats of a draw, each as often as its record is drawn."""
    times = resamples.times[draw][resamples.record_of_beat]
    return np.repeat(np.arange(len(times)), times)


@pytest.mark.parametrize("decimals", [1, 6], ids=["with ties", "without ties"])
def test_scores_of_every_draw_equal_those_of_the_repeated_beats(decimals: int) -> None:
    records, labels, probabilities = fabricated(decimals=decimals)
    rng = np.random.default_rng(1)
    resamples = draw_records(records, labels, classes=CLASSES, n_draws=12, rng=rng)
    found = resample_scores(labels, probabilities, classes=CLASSES, resamples=resamples)
    assert list(found) == list(NAMES)
    for draw in range(len(resamples)):
        beats = repeated(resamples, draw)
        by_seed = [flat_scores(labels[beats], of_seed[beats]) for of_seed in probabilities]
        for name in NAMES:
            expected = np.mean([scores[name] for scores in by_seed])
            assert found[name][draw] == pytest.approx(expected, rel=1e-9), (draw, name)


def test_areas_with_integer_weights_equal_those_of_scikit_learn() -> None:
    records, labels, probabilities = fabricated()
    rng = np.random.default_rng(2)
    resamples = draw_records(records, labels, classes=CLASSES, n_draws=5, rng=rng)
    positive, scores = labels == 1, probabilities[0, :, 1]
    auprc, auroc = areas_of_class(positive, scores, resamples=resamples)
    for draw in range(len(resamples)):
        weights = resamples.times[draw][resamples.record_of_beat]
        weigh = {"sample_weight": weights}
        assert auprc[draw] == pytest.approx(average_precision_score(positive, scores, **weigh))
        assert auroc[draw] == pytest.approx(roc_auc_score(positive, scores, **weigh))


def test_scores_of_one_draw_equal_those_by_hand() -> None:
    # Record a is drawn twice: by falling score the positives + and others - are + + - - + (- -).
    resamples = Resamples(record_of_beat=np.array([0, 0, 1, 1]), times=np.array([[2, 1]]))
    positive, scores = np.array([True, False, True, False]), np.array([0.9, 0.8, 0.5, 0.1])
    auprc, auroc = areas_of_class(positive, scores, resamples=resamples)
    assert auprc == pytest.approx([2 / 3 * 1 + 1 / 3 * 3 / 5])
    assert auroc == pytest.approx([7 / 9])  # two of nine pairs are in the wrong order
    labels, predicted = np.array([0, 1, 2, 3]), np.array([0, 0, 2, 2])
    f1, sensitivity = f1_and_sensitivity(labels, predicted, classes=CLASSES, resamples=resamples)
    np.testing.assert_allclose(f1, [[2 * 2 / (2 + 4), 0, 2 * 1 / (1 + 2), 0]])
    np.testing.assert_allclose(sensitivity, [[1, 0, 1, 0]])


def test_scores_do_not_depend_on_the_block_size(monkeypatch: pytest.MonkeyPatch) -> None:
    records, labels, probabilities = fabricated()
    rng = np.random.default_rng(3)
    resamples = draw_records(records, labels, classes=CLASSES, n_draws=50, rng=rng)
    whole = resample_scores(labels, probabilities, classes=CLASSES, resamples=resamples)
    monkeypatch.setattr("ecgfuse.evaluate.resampled_scores.BLOCK_SIZE", 500)
    in_blocks = resample_scores(labels, probabilities, classes=CLASSES, resamples=resamples)
    np.testing.assert_allclose(in_blocks, whole)


def test_intervals_contain_the_scores_of_all_records() -> None:
    records, labels, probabilities = fabricated(n_records=20)
    rng = np.random.default_rng(4)
    resamples = draw_records(records, labels, classes=CLASSES, n_draws=300, rng=rng)
    intervals = score_intervals(
        resample_scores(labels, probabilities, classes=CLASSES, resamples=resamples)
    )
    by_seed = [flat_scores(labels, of_seed) for of_seed in probabilities]
    for name in NAMES:
        point = np.mean([scores[name] for scores in by_seed])
        assert intervals[name]["low"] < point < intervals[name]["high"]


def test_intervals_of_equal_records_have_no_width() -> None:
    labels = np.tile([0, 0, 1, 2, 3], 6)
    probabilities = np.tile(np.eye(4)[[0, 1, 1, 2, 2]], (1, 6, 1))
    rng = np.random.default_rng(5)
    records = np.repeat(list("abcdef"), 5)
    resamples = draw_records(records, labels, classes=CLASSES, n_draws=100, rng=rng)
    drawn = resample_scores(labels, probabilities, classes=CLASSES, resamples=resamples)
    for found in score_intervals(drawn).values():
        assert found["low"] == pytest.approx(found["high"])
