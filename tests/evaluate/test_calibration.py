"""Calibration errors equal those computed by hand."""

import numpy as np
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.calibration import (
    calibration_error,
    calibration_errors,
    reliability_bins,
    reliability_table,
    summarise_calibration,
)

CONFIDENCE = np.array([0.55, 0.60, 0.65, 0.90, 1.00])
CORRECT = np.array([True, False, True, True, True])
"""With five bins: 0.4 to 0.6 holds two beats, 0.6 to 0.8 one and 0.8 to 1 two."""


def test_error_of_a_few_beats_equals_the_one_by_hand() -> None:
    bins = reliability_bins(CONFIDENCE, CORRECT, n_bins=5)
    assert bins["beats"].tolist() == [2, 1, 2]
    assert bins["low"].tolist() == pytest.approx([0.4, 0.6, 0.8])
    assert bins["high"].tolist() == pytest.approx([0.6, 0.8, 1.0])
    assert bins["confidence"].tolist() == pytest.approx([0.575, 0.65, 0.95])
    assert bins["frequency"].tolist() == pytest.approx([0.5, 1.0, 1.0])
    expected = (2 * 0.075 + 1 * 0.35 + 2 * 0.05) / 5
    assert calibration_error(bins) == pytest.approx(expected)


def test_bins_are_closed_above_and_the_first_holds_zero() -> None:
    bins = reliability_bins(np.array([0.0, 0.5, 0.51]), np.array([False, True, True]), n_bins=2)
    assert bins["beats"].tolist() == [2, 1]


def test_perfect_calibration_has_no_error() -> None:
    # Of four beats at 0.75 three are correct, and of two at 0.5 one.
    confidence = np.array([0.75] * 4 + [0.5] * 2)
    correct = np.array([True, True, True, False, True, False])
    assert calibration_error(reliability_bins(confidence, correct, n_bins=15)) == pytest.approx(0)


def test_certainty_that_is_always_wrong_has_the_largest_error() -> None:
    bins = reliability_bins(np.ones(5), np.zeros(5, dtype=bool), n_bins=15)
    assert calibration_error(bins) == 1.0


def test_errors_of_the_predicted_class_and_of_each_class_equal_those_by_hand() -> None:
    labels = np.array([0, 1])
    probabilities = np.array([[0.7, 0.1, 0.1, 0.1], [0.7, 0.1, 0.1, 0.1]])
    errors = calibration_errors(labels, probabilities, classes=CLASSES, n_bins=10)
    assert list(errors) == ["ece", "N", "S", "V", "F"]
    assert errors["ece"] == pytest.approx(0.2)  # predicted as N with 0.7, correct in one of two
    assert errors["N"] == pytest.approx(0.2)
    assert errors["S"] == pytest.approx(0.4)  # 0.1 for S, which is one of two
    assert errors["V"] == errors["F"] == pytest.approx(0.1)


def test_table_counts_every_beat_once_per_event() -> None:
    rng = np.random.default_rng(0)
    labels, probabilities = rng.integers(4, size=50), rng.dirichlet(np.ones(4), 50)
    table = reliability_table(labels, probabilities, classes=CLASSES, n_bins=15)
    assert list(table) == ["of", "low", "high", "beats", "confidence", "frequency"]
    assert (table.groupby("of")["beats"].sum() == 50).all()
    assert set(table["of"]) == {"predicted", "N", "S", "V", "F"}
    inside = (table["low"] <= table["confidence"]) & (table["confidence"] <= table["high"])
    assert inside.all()


def test_summary_has_the_mean_of_the_seeds_and_the_ensemble() -> None:
    rng = np.random.default_rng(1)
    labels, seeds = rng.integers(4, size=80), rng.dirichlet(np.ones(4), size=(3, 80))
    summary = summarise_calibration(labels, seeds, classes=CLASSES, n_bins=15)
    by_seed = [calibration_errors(labels, of_seed, classes=CLASSES, n_bins=15) for of_seed in seeds]
    for name in ("ece", "N", "S", "V", "F"):
        assert summary["mean"][name] == pytest.approx(np.mean([found[name] for found in by_seed]))
    of_ensemble = calibration_errors(labels, seeds.mean(axis=0), classes=CLASSES, n_bins=15)
    assert summary["ensemble"] == of_ensemble
