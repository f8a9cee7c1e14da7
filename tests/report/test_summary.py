"""Sentences claim no more than the numbers support; accuracies follow from published means."""

from typing import Any

import numpy as np
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import score
from ecgfuse.report import published
from ecgfuse.report.records import summarise_records
from ecgfuse.report.rows import always_n_row
from ecgfuse.report.summary import summarise_result

ALWAYS_N = np.eye(4)[np.zeros(100, dtype=int)]


def results_with(macro_f1: float, *, sd: float, seeds: int = 5) -> dict[str, Any]:
    labels = np.repeat(range(4), (80, 8, 8, 4))
    return {
        "seeds": seeds,
        "test_ci": {"draws": 400},
        "always_n": score(labels, ALWAYS_N, classes=CLASSES),
        "test": {"macro_f1": macro_f1, "macro_auprc": macro_f1},
        "test_sd": {"macro_f1": sd},
        "test_ensemble": {"macro_f1": macro_f1 + 0.03},
    }


@pytest.mark.parametrize(
    ("gap", "seeds", "expected"),
    [
        (0.01, 5, "0.5 times the spread between seeds (2.0 points), less than the seeds differ"),
        (0.03, 5, "weak evidence"),
        (0.10, 5, "5.0 times the spread between seeds (2.0 points), more than the seeds differ"),
        (0.10, 1, "with one seed this cannot be distinguished from chance"),
    ],
)
def test_gap_is_compared_with_the_spread(gap: float, seeds: int, expected: str) -> None:
    results = {
        "late": results_with(0.5, sd=0.02, seeds=seeds),
        "early": results_with(0.5 + gap, sd=0.02, seeds=seeds),
    }
    text = " ".join(summarise_result(results, comparison={}, n_records=4))
    assert text.startswith(
        f"Early fusion has the highest macro F1 on the 4 test records: {50 + 100 * gap:.1f}"
    )
    assert expected in text


@pytest.mark.parametrize(
    "comparison",
    [
        {"early_vs_late": {"probability_better": 0.75}},
        {"late_vs_early": {"probability_better": 0.25}},
    ],
)
def test_share_of_draws_is_reported_for_either_order_of_the_pair(
    comparison: dict[str, Any],
) -> None:
    results = {"late": results_with(0.5, sd=0.02), "early": results_with(0.6, sd=0.02)}
    text = " ".join(summarise_result(results, comparison=comparison, n_records=22))
    assert "ahead of late in 75 % of 400 draws, so other patients could reverse the order" in text


def test_always_n_on_ds2() -> None:
    # 44,259 N, 1,837 S, 3,221 V and 388 F: accuracy 89.0 %, macro F1 23.5 %.
    labels = np.repeat(range(4), (44_259, 1_837, 3_221, 388))
    certain = np.broadcast_to([1.0, 0.0, 0.0, 0.0], (len(labels), 4))
    values = always_n_row({"always_n": score(labels, certain, classes=CLASSES)}).values
    assert values["accuracy"] == pytest.approx(89.0, abs=0.05)
    assert values["macro_f1"] == pytest.approx(23.5, abs=0.06)
    assert values["macro_auprc"] == pytest.approx(25.0)  # the prevalences add up to 1
    assert values["macro_auroc"] == 50.0


def test_accuracy_follows_from_the_mean_over_four_classes() -> None:
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 4, size=(2, 500))
    class_accuracy = np.mean([np.mean((labels == c) == (predicted == c)) for c in range(4)])
    result = published.Published(method="", source="", class_accuracy=100 * float(class_accuracy))
    assert result.values()["accuracy"] == pytest.approx(100 * np.mean(labels == predicted))


def test_sentences_on_records() -> None:
    top = {"record": "b", "beats": 3, "total": 4, "share": 0.75, "sensitivity": 0.75}
    found = {"tested": 2, "wrong_beats": 2, "with_half_of_wrong": 1, "S": top}
    assert summarise_records(found) == [
        "Record b holds 3 of the 4 S beats (75 %).",
        "1 of 2 records holds at least half of the 2 wrong beats.",
    ]
