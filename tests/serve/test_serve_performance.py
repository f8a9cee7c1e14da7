"""The numbers of the models are those of the committed results, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from root import ROOT

from ecgfuse.serve.performance import (
    PERFORMANCE,
    collect_performance,
    read_performance,
    write_performance,
)


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))


SCORES = {
    "macro_f1": 0.7,
    "macro_auprc": 0.71,
    **{name: {"f1": 0.5, "support": 9} for name in "NSVF"},
}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose root pipeline has scored one network."""
    headline = {"data": {"kind": "real"}, "seeds": 2, "test": {"macro_f1": 0.7}}
    write(tmp_path / "metrics" / "hybrid.json", headline)
    write(tmp_path / "metrics" / "comparison.json", {"networks": {}})
    results = {
        "data": {"kind": "real", "database": "mitdb", "test_beats": 4},
        "seeds": 2,
        "test": SCORES,
        "test_sd": {"macro_f1": 0.02, **{name: {"f1": 0.1} for name in "NSVF"}},
    }
    write(tmp_path / "results" / "hybrid.json", results)
    plots = tmp_path / "plots" / "evaluation" / "hybrid"
    write(plots / "confusion.csv", "actual,predicted\nN,N\nN,V\nV,V\nF,N\n")
    write(plots / "roc.csv", "fpr,N,S,V,F\n0,0,0,0,0\n0.5,1,1,1,1\n1,1,1,1,1\n")
    return tmp_path


def heartbeat(root: Path, *, with_scores: bool) -> None:
    """Metrics, and perhaps the results, of the study of single beats."""
    network = {"accuracy": 0.9, "f1": 0.8, "sd": {"accuracy": 0.01, "f1": 0.02}}
    summary = {
        "data": {"kind": "real"},
        "intra": {"cnn_lstm": network},
        "inter": {"cnn_lstm": {**network, "f1": 0.6}},
        "ood": {},
    }
    write(root / "studies" / "heartbeat" / "metrics" / "summary.json", summary)
    if with_scores:
        confusion = {
            "true_normal": 8,
            "false_abnormal": 1,
            "false_normal": 2,
            "true_abnormal": 4.5,
        }
        tested = {"networks": {"cnn_lstm": {"auprc": 0.75, "seeds": 2, "confusion": confusion}}}
        scores = {"data": {"intra_beats": "Kaggle"}, "inter": tested, "intra": tested}
        write(root / "studies" / "heartbeat" / "results" / "scores.json", scores)


def test_scores_have_their_standard_deviations(clone: Path) -> None:
    numbers = collect_performance(clone)["recording"]["hybrid"]
    assert (numbers["macro_f1"], numbers["macro_f1_sd"]) == (0.7, 0.02)
    assert (numbers["dataset"], numbers["data"], numbers["seeds"]) == ("DS2", "real", 2)
    assert numbers["classes"]["V"] == {"f1": 0.5, "f1_sd": 0.1, "support": 9}
    assert "macro_auprc_sd" not in numbers


def test_the_confusion_counts_reference_by_row(clone: Path) -> None:
    numbers = collect_performance(clone)["recording"]["hybrid"]
    assert numbers["confusion"]["classes"] == ["N", "S", "V", "F"]
    assert numbers["confusion"]["counts"] == [
        [1, 0, 1, 0],
        [0, 0, 0, 0],
        [0, 0, 1, 0],
        [1, 0, 0, 0],
    ]
    assert numbers["curves"]["roc"]["fpr"] == [0, 1]


def test_metrics_without_results_and_plots_are_enough(tmp_path: Path) -> None:
    headline = {"data": {"kind": "synthetic"}, "seeds": 1, "test": SCORES}
    write(tmp_path / "studies" / "causal" / "metrics" / "causal.json", headline)
    numbers = collect_performance(tmp_path)["recording"]["causal"]
    assert (numbers["data"], numbers["macro_f1"]) == ("synthetic", 0.7)
    assert numbers["confusion"] is None
    assert numbers["curves"] == {}


def test_without_the_study_of_single_beats_there_are_none(clone: Path) -> None:
    assert collect_performance(clone)["single_beats"] == {}


def test_single_beats_have_both_tests(clone: Path) -> None:
    heartbeat(clone, with_scores=True)
    numbers = collect_performance(clone)["single_beats"]["cnn_lstm"]
    assert (numbers["intra"]["f1"], numbers["inter"]["f1"]) == (0.8, 0.6)
    assert (numbers["inter"]["accuracy_sd"], numbers["inter"]["auprc"]) == (0.01, 0.75)
    assert (numbers["intra"]["dataset"], numbers["inter"]["dataset"]) == ("Kaggle", "DS2")
    assert numbers["inter"]["confusion"]["counts"] == [[8, 1], [2, 4.5]]


def test_the_metrics_of_single_beats_are_enough(clone: Path) -> None:
    heartbeat(clone, with_scores=False)
    numbers = collect_performance(clone)["single_beats"]["cnn_lstm"]["inter"]
    assert numbers["f1_sd"] == 0.02
    assert "confusion" not in numbers


def test_the_packaged_numbers_are_those_of_the_committed_results(tmp_path: Path) -> None:
    write_performance(ROOT, out=tmp_path / "performance.json")
    current = (tmp_path / "performance.json").read_text()
    assert PERFORMANCE.read_text() == current, "run python -m ecgfuse.serve.performance"


def test_without_the_packaged_file_there_are_no_numbers(tmp_path: Path) -> None:
    assert read_performance(tmp_path / "none.json") == {"recording": {}, "single_beats": {}}
