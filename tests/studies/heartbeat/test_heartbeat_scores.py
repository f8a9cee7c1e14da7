"""Scores agree with the printed matrices of the study, and every test has all networks."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from single_beat_sets import single_beats
from sklearn.metrics import f1_score

from ecgfuse.datasets.single_beats import (
    join_single_beats,
    load_single_beats,
    save_single_beats,
)
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.evaluate.resamples import interval
from ecgfuse.studies.heartbeat.binary_draws import draw_patients, drawn_scores
from ecgfuse.studies.heartbeat.binary_scores import binary_scores, confusion_of
from ecgfuse.studies.heartbeat.five_classes import classes_results
from ecgfuse.studies.heartbeat.networks import NETWORKS, SECOND, NetworksConfig
from ecgfuse.studies.heartbeat.predictor import Predictor
from ecgfuse.studies.heartbeat.published_scores import PUBLISHED
from ecgfuse.studies.heartbeat.scores import ON_PTBXL, score_networks, score_test
from ecgfuse.studies.heartbeat.scores_figures import Figures
from ecgfuse.studies.heartbeat.scores_results import scores_by_record

EVALUATION = EvaluateConfig(
    curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=5
)
CONFIG = NetworksConfig(
    seeds=(1, 2),
    cnn_lstm_five_epochs=2,
    cnn_lstm_dropout_epochs=1,
    transformer_epochs=1,
    transformer_published_epochs=1,
)


@pytest.fixture(scope="module")
def scored(
    beats_folder: Path, trained_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("scores")
    found = score(out, beats=beats_folder, trained=trained_folder)
    assert {path.name for path in out.iterdir()} == {"scores.json", "confusion.png", "roc.png"}
    return found


def score(out: Path, *, beats: Path, trained: Path) -> dict[str, Any]:
    """Run the stage and return its results."""
    score_networks(
        CONFIG,
        evaluation=EVALUATION,
        beats=beats,
        dataset=trained / "dataset.json",
        trained=trained / "networks",
        results=out / "scores.json",
        figures=Figures(confusion=out / "confusion.png", roc=out / "roc.png"),
    )
    return json.loads((out / "scores.json").read_text())


# Definitions


@pytest.mark.parametrize("network", PUBLISHED["intra"])
def test_scores_of_a_printed_matrix_are_the_printed_scores(network: str) -> None:
    printed = dict(PUBLISHED["intra"][network])
    matrix = printed.pop("confusion")
    assert sum(matrix.values()) == 21_892
    abnormal = np.repeat([0, 0, 1, 1], list(matrix.values()))
    called = np.repeat([0, 1, 0, 1], list(matrix.values()))
    scores = binary_scores(abnormal, called.astype(float))
    for name, value in printed.items():
        assert scores[name] == pytest.approx(value, abs=1.01e-4), name
    assert confusion_of(abnormal, called[None]) == matrix


def test_area_is_computed_from_probabilities_and_the_other_one_from_classes() -> None:
    abnormal, p = np.array([0, 0, 0, 1, 1]), np.array([0.1, 0.2, 0.6, 0.4, 0.9])
    scores = binary_scores(abnormal, p)
    assert scores["roc_auc"] == pytest.approx(5 / 6)  # of 6 pairs one is in the wrong order
    assert scores["roc_auc_hard_labels"] == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_calling_all_beats_normal_is_accurate_and_worthless() -> None:
    scores = binary_scores(np.array([0] * 8 + [1] * 2), np.zeros(10))
    assert scores == {
        "accuracy": 0.8,
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
        "kappa": 0.0,
        "roc_auc": 0.5,
        "roc_auc_hard_labels": 0.5,
    }


@pytest.mark.parametrize(
    ("abnormal", "p", "message"),
    [
        ([0, 1], [0.5], "2 labels and 1 probabilities"),
        ([0, 1], [0.5, np.nan], "1 probabilities are not finite"),
        ([1, 1], [0.5, 0.4], "need normal and abnormal beats"),
    ],
)
def test_what_cannot_be_scored_is_named(abnormal: list[int], p: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        binary_scores(np.array(abnormal), np.array(p))


def test_scores_of_a_record_are_means_over_the_seeds() -> None:
    records = np.array(["100", "100", "100", "103"])
    abnormal = np.array([0, 0, 1, 0])
    called = np.array([[0, 1, 1, 0], [0, 0, 0, 0]])
    assert scores_by_record(records, abnormal, called) == {
        "100": {
            "beats": 3,
            "abnormal": 1,
            "accuracy": pytest.approx(4 / 6),
            "sensitivity": 0.5,
            "specificity": 0.75,
        },
        "103": {"beats": 1, "abnormal": 0, "accuracy": 1.0, "specificity": 1.0},
    }


def test_classes_without_beats_do_not_count() -> None:
    labels = np.array([0, 0, 0, 2, 2])
    predicted = np.array([[0, 0, 2, 2, 1], [0, 0, 0, 2, 2]])
    found = classes_results(labels, predicted, classes=("N", "S", "V"))
    assert set(found["classes"]) == {"N", "V"}
    assert found["accuracy"] == pytest.approx(0.8)
    assert found["classes"]["V"]["sensitivity"] == pytest.approx(0.75)
    assert found["classes"]["V"]["ppv"] == pytest.approx(0.75)
    f1 = [f1_score(labels, p, labels=[0, 2], average="macro") for p in predicted]
    assert found["macro_f1"] == pytest.approx(np.mean(f1))
    assert found["macro_f1_sd"] == pytest.approx(np.std(f1, ddof=1))


# The stage


def test_ensemble_is_the_mean_of_the_networks_of_both_databases(
    trained_folder: Path, beats_folder: Path
) -> None:
    ecg = load_single_beats(beats_folder / "mitdb/test").ecg
    predictor = Predictor(trained_folder / "networks", seeds=(1, 2))
    found = predictor.abnormal(ecg, split="intra", networks=(*NETWORKS, SECOND))
    np.testing.assert_allclose(
        found["ensemble"], (found["cnn_lstm_dropout"] + found[SECOND]) / 2, rtol=1e-6
    )
    assert found["ensemble"].shape == (2, len(ecg))
    of_inter = predictor.abnormal(ecg, split="inter", networks=(SECOND, "cnn_lstm_dropout"))
    np.testing.assert_array_equal(found[SECOND], of_inter[SECOND])
    assert (found["cnn_lstm_dropout"] != of_inter["cnn_lstm_dropout"]).any()


def test_every_test_has_all_networks_and_the_trivial_answer(scored: dict[str, Any]) -> None:
    sizes = {"hold_out": 13, "intra": 48, "inter": 60, "ptbxl": 24}
    for test, size in sizes.items():
        found = scored[test]
        assert found["beats"] == size
        assert tuple(found["networks"]) == (ON_PTBXL if test == "ptbxl" else NETWORKS)
        share = 1 - found["abnormal"] / size
        assert found["all_normal"]["accuracy"] == pytest.approx(share)
        for network in found["networks"].values():
            assert network["seeds"] == 2
            assert sum(network["confusion"].values()) == pytest.approx(size)
            right = network["confusion"]["true_normal"] + network["confusion"]["true_abnormal"]
            assert network["mean"]["accuracy"] == pytest.approx(right / size)
            assert set(network["sd"]) == set(network["mean"])


def test_only_new_patients_have_intervals(scored: dict[str, Any]) -> None:
    for test in ("inter", "ptbxl"):
        # With two patients, half of the draws have one of them alone; on PTB-XL, one class alone.
        assert scored[test]["patients"] == 2
        draws = scored[test]["draws"]
        assert draws == 100 if test == "inter" else 30 < draws < 70
        for network in scored[test]["networks"].values():
            low, high = network["interval"]["f1"].values()
            assert low <= network["mean"]["f1"] + 1e-9
            assert network["mean"]["f1"] - 1e-9 <= high or low == high
    for test in ("hold_out", "intra"):
        assert "draws" not in scored[test]
        for network in scored[test]["networks"].values():
            assert network["interval"] == {}


def test_ds2_alone_has_scores_by_record(scored: dict[str, Any]) -> None:
    for test in ("hold_out", "intra", "inter", "ptbxl"):
        for network in scored[test]["networks"].values():
            assert set(network.get("by_record", ())) == (
                {"100", "103"} if test == "inter" else set()
            )


def test_seeds_are_drawn_after_the_patients_from_the_same_stream() -> None:
    sets = [single_beats([0] * 6 + [1] * 4, record=str(name)) for name in range(5)]
    beats = join_single_beats(sets)
    p = np.random.default_rng(0).random((3, len(beats)))
    found = score_test(beats, {"cnn_lstm": p}, draws=EVALUATION)
    rng = np.random.default_rng(EVALUATION.bootstrap_seed)
    resamples = draw_patients(beats.patients, beats.abnormal, n_draws=100, rng=rng)
    drawn = drawn_scores(beats.abnormal, list(p), resamples=resamples, rng=rng)
    expected = {str(name): interval(values.to_numpy()) for name, values in drawn.items()}
    assert found["networks"]["cnn_lstm"]["interval"] == expected
    assert found["draws"] == 100


def test_scores_without_the_record_of_a_training_patient_are_given_if_it_is_tested(
    scored: dict[str, Any], beats_folder: Path, trained_folder: Path, tmp_path: Path
) -> None:
    assert "inter_without_same_subject" not in scored
    shutil.copytree(beats_folder, tmp_path / "beats")
    test = load_single_beats(beats_folder / "mitdb/test")
    test.table.loc[test.records == "103", "record"] = "202"
    save_single_beats(test, tmp_path / "beats/mitdb/test")
    found = score(tmp_path, beats=tmp_path / "beats", trained=trained_folder)
    others = found["inter_without_same_subject"]
    assert (found["inter"]["beats"], others["beats"], others["records"]) == (60, 30, 1)
    for name in NETWORKS:
        # What is left is record 100.
        left = found["inter"]["networks"][name]["by_record"]["100"]
        assert others["networks"][name]["mean"]["accuracy"] == pytest.approx(left["accuracy"])
        assert others["networks"][name]["mean"]["recall"] == pytest.approx(left["sensitivity"])
        assert others["networks"][name]["interval"] == {}


def test_the_results_name_what_was_trained_on(
    scored: dict[str, Any], beats_folder: Path, trained_folder: Path, tmp_path: Path
) -> None:
    assert scored["data"] == {
        "database": "mitdb",
        "kind": "synthetic",
        "intra_beats": "MIT-BIH",
        "second_database": "ptb-xl",
    }
    shutil.copytree(beats_folder, tmp_path / "beats")
    (tmp_path / "beats/kaggle/sets.csv").write_text("set\nptbdb\n")
    found = score(tmp_path, beats=tmp_path / "beats", trained=trained_folder)
    assert found["data"]["second_database"] == "ptbdb"


def test_published_scores_stand_beside_those_of_the_same_test(scored: dict[str, Any]) -> None:
    for test, networks in PUBLISHED.items():
        for name, scores in networks.items():
            assert scored[test]["networks"][name]["published"] == scores
    assert "published" not in scored["intra"]["networks"]["transformer"]
    assert "published" not in scored["inter"]["networks"]["cnn_lstm"]


def test_sizes_epochs_and_the_five_classes_are_there(scored: dict[str, Any]) -> None:
    assert scored["trained"]["cnn_lstm"]["parameters"] == 8_690
    assert set(scored["trained"][SECOND]["epochs"]) == {"inter"}
    assert scored["trained"]["transformer"]["epochs"] == {"intra": 1.0, "inter": 1.0}
    assert set(scored["five_classes"]["intra"]["classes"]) == {"N", "S", "V", "Q"}
    assert set(scored["five_classes"]["inter"]["classes"]) == {"N", "S", "V"}


def test_a_test_of_normal_beats_alone_cannot_be_scored() -> None:
    beats = single_beats([0] * 5, record="100")
    with pytest.raises(ValueError, match="need normal and abnormal beats"):
        score_test(beats, {"cnn_lstm": np.zeros((1, 5))})


def test_a_missing_network_is_named(
    beats_folder: Path, trained_folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained_folder / "networks", tmp_path / "networks")
    shutil.copy(trained_folder / "dataset.json", tmp_path)
    (tmp_path / "networks/inter/transformer-2.pt").unlink()
    with pytest.raises(ValueError, match=r"inter/transformer-2\.pt"):
        score(tmp_path, beats=beats_folder, trained=tmp_path)
    assert not (tmp_path / "scores.json").exists()
