"""Intervals of normal against abnormal equal those of scikit-learn on repeated beats."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, recall_score, roc_auc_score

from ecgfuse.evaluate.resamples import Resamples
from ecgfuse.studies.heartbeat.binary_draws import (
    DRAWN,
    differences,
    draw_patients,
    drawn_scores,
    network_scores,
)

PATIENTS = np.repeat(["a", "b", "c", "d"], 25)
ABNORMAL = np.random.default_rng(0).integers(2, size=100)


def probabilities(seed: int, *, skill: float = 1.0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=100)
    return 1 / (1 + np.exp(-(skill * (2 * ABNORMAL - 1) + noise)))


def test_a_score_of_a_draw_is_that_of_its_beats() -> None:
    times = np.array([[2, 1, 1, 0], [0, 0, 3, 1]])
    resamples = Resamples(record_of_beat=np.repeat(np.arange(4), 25), times=times)
    p_abnormal = probabilities(1)
    drawn = drawn_scores(ABNORMAL, [p_abnormal], resamples=resamples, rng=np.random.default_rng(0))
    assert tuple(drawn.columns) == DRAWN
    for draw, found in zip(times, drawn.itertuples(index=False), strict=True):
        beats = np.repeat(np.arange(100), np.repeat(draw, 25))
        abnormal, p = ABNORMAL[beats], p_abnormal[beats]
        expected = (
            f1_score(abnormal, p > 0.5),
            recall_score(abnormal, p > 0.5),
            average_precision_score(abnormal, p),
            roc_auc_score(abnormal, p),
        )
        assert tuple(found) == pytest.approx(expected)


def test_seeds_are_drawn_as_well_as_patients() -> None:
    # Every draw has the same beats, so that the seeds alone differ.
    resamples = Resamples(record_of_beat=np.zeros(100, dtype=int), times=np.ones((400, 1), int))
    by_seed = [probabilities(1), probabilities(2, skill=0.0)]
    drawn = drawn_scores(ABNORMAL, by_seed, resamples=resamples, rng=np.random.default_rng(0))
    one, other = (roc_auc_score(ABNORMAL, p) for p in by_seed)
    found, counts = np.unique(drawn["roc_auc"].round(9), return_counts=True)
    assert found == pytest.approx(sorted([one, (one + other) / 2, other]))
    assert counts / 400 == pytest.approx([0.25, 0.5, 0.25], abs=0.08)


def test_mean_spread_and_interval_are_of_the_seeds() -> None:
    by_seed = [probabilities(1), probabilities(2)]
    rng = np.random.default_rng(0)
    resamples = draw_patients(PATIENTS, ABNORMAL, n_draws=200, rng=rng)
    drawn = drawn_scores(ABNORMAL, by_seed, resamples=resamples, rng=rng)
    scores = network_scores(ABNORMAL, by_seed, drawn=drawn)
    f1 = [f1_score(ABNORMAL, p > 0.5) for p in by_seed]
    assert scores["seeds"] == 2
    assert scores["mean"]["f1"] == pytest.approx(np.mean(f1))
    assert scores["sd"]["f1"] == pytest.approx(np.std(f1, ddof=1))
    assert set(scores["interval"]) == set(DRAWN)
    assert scores["interval"]["f1"]["low"] < np.mean(f1) < scores["interval"]["f1"]["high"]


def test_one_seed_has_no_spread() -> None:
    rng = np.random.default_rng(0)
    resamples = draw_patients(PATIENTS, ABNORMAL, n_draws=100, rng=rng)
    by_seed = [probabilities(1)]
    drawn = drawn_scores(ABNORMAL, by_seed, resamples=resamples, rng=rng)
    assert set(network_scores(ABNORMAL, by_seed, drawn=drawn)["sd"].values()) == {0.0}


def test_a_better_network_is_better_on_the_same_draws() -> None:
    rng = np.random.default_rng(0)
    resamples = draw_patients(PATIENTS, ABNORMAL, n_draws=200, rng=rng)
    good, bad = (
        drawn_scores(ABNORMAL, [probabilities(1, skill=skill)], resamples=resamples, rng=rng)
        for skill in (2.0, 0.0)
    )
    found = differences(good, bad)
    assert set(found) == set(DRAWN)
    assert found["f1"]["probability_better"] == 1
    assert found["roc_auc"]["difference"]["low"] > 0
