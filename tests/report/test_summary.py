"""Sentences claim no more than the numbers support; accuracies follow from published means."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.fusions import NETWORKS
from ecgfuse.evaluate.metrics import score
from ecgfuse.evaluate.results import ComparisonResults, PairedDifference
from ecgfuse.report import published
from ecgfuse.report.records import summarise_records
from ecgfuse.report.rows import always_n_row
from ecgfuse.report.summary import difference_of, summarise_result

ALWAYS_N = np.eye(4)[np.zeros(100, dtype=int)]


def results() -> dict[str, Any]:
    labels = np.repeat(range(4), (80, 8, 8, 4))
    return {
        name: {"always_n": score(labels, ALWAYS_N, classes=CLASSES)} for name in (*NETWORKS, "film")
    }


def comparison(**differences: tuple[float, float, float]) -> ComparisonResults:
    """A comparison in which all pairs are equal but those given as (mean, low, high)."""
    names = (*NETWORKS, "film")

    def difference(pair: str) -> PairedDifference:
        mean, low, high = differences.get(pair, (0.001, -0.01, 0.012))
        return {"probability_better": 0.6, "difference": {"mean": mean, "low": low, "high": high}}

    pairs = [f"{one}_vs_{other}" for other, one in combinations(names, 2)]
    return {
        "networks": {
            name: {
                "n_signal_rows": 3,
                "length": 128,
                "n_rr": 7,
                "n_morphology": 6,
                "seeds": 5,
                "macro_f1": 0.5 + 0.01 * index,
                "macro_auprc": 0.6 + 0.01 * index,
            }
            for index, name in enumerate(names)
        },
        "draws": 1000,
        "pairs": {
            pair: {"macro_f1": difference(pair), "macro_auprc": difference(pair)} for pair in pairs
        },
    }


def test_summary_begins_with_the_scores_of_the_three_fusions() -> None:
    text = " ".join(summarise_result(results(), comparison=comparison(), n_records=22))
    assert "On the 22 test records, as means over 5 seeds, they reach early 62.0 %" in text
    assert "waveform alone 60.0 % macro AUPRC and 50.0 % macro F1; RR alone 61.0 %" in text


def test_differences_whose_intervals_contain_zero_are_not_called_clear() -> None:
    text = " ".join(summarise_result(results(), comparison=comparison(), n_records=22))
    assert "The differences between the three (at most 2.0 points) are not clear" in text
    assert "Clear between" not in text


def test_clear_difference_is_reported_with_its_interval_and_the_better_network_first() -> None:
    found = comparison(late_vs_early=(0.012, 0.004, 0.06))
    text = " ".join(summarise_result(results(), comparison=found, n_records=22))
    assert "late ahead of early by 1.0 points (0.4 to 6.0) in macro AUPRC" in text
    assert "All other differences (at most 2.0 points) are not clear" in text


def test_with_few_records_no_difference_is_claimed() -> None:
    found = comparison(late_vs_early=(-0.031, -0.06, -0.004))
    text = " ".join(summarise_result(results(), comparison=found, n_records=4))
    assert "ahead" not in text
    assert "interval" not in text


def test_difference_changes_its_sign_with_the_order_of_the_pair() -> None:
    found = comparison(late_vs_early=(-0.031, -0.06, -0.004))
    stored = difference_of(found, "late", other="early", score="macro_f1")
    turned = difference_of(found, "early", other="late", score="macro_f1")
    assert stored["difference"] == {"mean": -0.031, "low": -0.06, "high": -0.004}
    assert turned["difference"] == {"mean": 0.031, "low": 0.004, "high": 0.06}
    assert turned["probability_better"] == pytest.approx(0.4)


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
