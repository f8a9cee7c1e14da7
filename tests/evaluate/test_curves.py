"""Curves follow the thresholds that occur, and tables are the same bytes each time."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.curves import (
    confusion_table,
    precision_recall_table,
    roc_table,
    write_table,
)
from ecgfuse.evaluate.metrics import score

LABELS = np.array([1, 0, 1, 2, 3])
PROBABILITIES = np.array(
    [
        [0.05, 0.90, 0.03, 0.02],
        [0.10, 0.80, 0.05, 0.05],
        [0.20, 0.70, 0.06, 0.04],
        [0.30, 0.10, 0.50, 0.10],
        [0.40, 0.05, 0.25, 0.30],
    ]
)
"""Sorted by the probability of S, the beats are S N S V F."""


@pytest.fixture
def many() -> tuple[np.ndarray, np.ndarray]:
    """Labels (2000,) and informative probabilities (2000, 4)."""
    rng = np.random.default_rng(0)
    labels = rng.choice(4, size=2000, p=[0.8, 0.08, 0.08, 0.04])
    logits = rng.normal(size=(2000, 4)) + 1.5 * np.eye(4)[labels]
    return labels, np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def test_confusion_has_one_row_per_beat_with_names_of_classes() -> None:
    table = confusion_table(np.array([0, 3, 1]), np.array([0, 2, 1]), classes=CLASSES)
    assert table.to_dict("list") == {"actual": ["N", "F", "S"], "predicted": ["N", "V", "S"]}


def test_precision_at_a_recall_is_that_of_the_strictest_threshold_reaching_it() -> None:
    table = precision_recall_table(LABELS, PROBABILITIES, classes=CLASSES, n_points=5)
    assert list(table.columns) == ["recall", "N", "S", "V", "F"]
    assert table["recall"].tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    # One S is reached at precision 1, the second one only after an N.
    np.testing.assert_allclose(table["S"], [1, 1, 1, 2 / 3, 2 / 3])
    # The N comes after V, F and S: 1 of 4 beats.
    np.testing.assert_allclose(table["N"], 1 / 4)


def test_sensitivity_at_a_false_positive_rate_is_the_highest_reached_there() -> None:
    table = roc_table(LABELS, PROBABILITIES, classes=CLASSES, n_points=4)
    assert list(table.columns) == ["fpr", "N", "S", "V", "F"]
    # Of S: half before the first false positive, all at the first of three.
    np.testing.assert_allclose(table["S"], [0.5, 1, 1, 1])
    np.testing.assert_allclose(table["V"], 1)


def test_area_under_the_tables_is_the_area_of_the_scores(
    many: tuple[np.ndarray, np.ndarray],
) -> None:
    scores = score(*many, classes=CLASSES)
    precision = precision_recall_table(*many, classes=CLASSES, n_points=20_001)
    sensitivity = roc_table(*many, classes=CLASSES, n_points=20_001)
    for name in "NSVF":
        assert precision[name].mean() == pytest.approx(scores[name]["auprc"], abs=2e-3)
        assert sensitivity[name].mean() == pytest.approx(scores[name]["auroc"], abs=2e-3)


def test_roc_never_falls(many: tuple[np.ndarray, np.ndarray]) -> None:
    table = roc_table(*many, classes=CLASSES, n_points=101)
    assert (table[["N", "S", "V", "F"]].diff().dropna() >= 0).all(axis=None)
    assert (table.iloc[-1] == 1.0).all()


def test_written_tables_are_the_same_bytes_with_six_decimals(tmp_path: Path) -> None:
    table = pd.DataFrame({"recall": [0.0, 1 / 3], "N": [1.0, 0.1 + 0.2]})
    write_table(table, tmp_path / "a.csv")
    write_table(table + 1e-12, tmp_path / "b.csv")
    expected = b"recall,N\n0.000000,1.000000\n0.333333,0.300000\n"
    assert (tmp_path / "a.csv").read_bytes() == expected
    assert (tmp_path / "b.csv").read_bytes() == expected
