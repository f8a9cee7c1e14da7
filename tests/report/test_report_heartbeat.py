"""The section on single heartbeats says what was tested, and on which patients."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from report_pages import page_of, text_of
from study_results import PNG

from ecgfuse.report.studies import HeartbeatFiles
from ecgfuse.studies.heartbeat.binary_scores import BinaryScores
from ecgfuse.studies.heartbeat.networks import NETWORKS

SD = "\N{PLUS-MINUS SIGN} 1.0"
RANGE = {"low": 0.25, "high": 0.75}


def scores(value: float) -> dict[str, Any]:
    """A network whose scores are all the same."""
    return {
        "mean": dict.fromkeys(BinaryScores.__annotations__, value),
        "sd": dict.fromkeys(BinaryScores.__annotations__, 0.01),
        "auprc": value,
        "interval": {"f1": RANGE, "roc_auc": RANGE},
    }


def on_test(value: float) -> dict[str, Any]:
    return {
        "all_normal": {"accuracy": 0.9},
        "networks": {name: scores(value) for name in NETWORKS},
    }


def classes_of(*names: str) -> dict[str, Any]:
    one = {"beats": 5, "f1": 0.5, "f1_sd": 0.01}
    return {"accuracy": 0.9, "accuracy_sd": 0.01, "classes": dict.fromkeys(names, one)}


def files(folder: Path, *, with_202: bool = True, second: str = "ptb-xl") -> HeartbeatFiles:
    """Results of all stages; without record 202, F1 is 10 points lower."""
    (folder / "beats.png").write_bytes(PNG)
    kind = {"auroc": 0.97, "flagged": 0.9, "called_normal": 0.1}
    alarms = {"all": 0.06, "patients": 0.07, "classes": {"N": 0.05, "F": 0.08}}
    found: dict[str, Any] = {
        "scores": {
            "data": {"database": "mitdb", "kind": "real", "second_database": second},
            "intra": on_test(0.9),
            "inter": on_test(0.6),
            "five_classes": {"intra": classes_of("N", "Q"), "inter": classes_of("N")},
        },
        "ood": {"score": "features_mahalanobis", "false_alarms": alarms, "kinds": {"sine": kind}},
        "augmentation": {"networks": {"cnn_lstm": {"copies": scores(0.55)}}},
        "leads": {"scores": {"II": dict.fromkeys(("I", "II", "rest"), scores(0.8))}},
        "small": {"n_parameters": 36_000, "scores": scores(0.7)},
    }
    if with_202:
        found["scores"]["inter_without_same_subject"] = on_test(0.5)
        found["small"]["without_same_subject"] = scores(0.65)
        found["ood"]["without_same_subject"] = {**alarms, "all": 0.04, "classes": {"N": 0.03}}
    return HeartbeatFiles(**found, figures={"beats": folder / "beats.png"})


@pytest.fixture
def shown_with(shown: dict[str, Any]):
    """The text of the page with given files."""

    def show(found: HeartbeatFiles) -> str:
        studies = dataclasses.replace(shown["studies"], heartbeat=found)
        return text_of(page_of({**shown, "studies": studies}))

    return show


def test_scores_without_the_patient_of_a_training_record_stand_beside(
    shown_with, tmp_path: Path
) -> None:
    text = shown_with(files(tmp_path))
    assert "Record 202 of DS2 is of the same person as record 201 of DS1" in text
    row = " ".join([f"60.0 {SD}"] * 6)
    assert f"F1, 95 % interval F1 without 202 CNN-LSTM {row} 25.0 to 75.0 50.0 {SD}" in text
    assert f"of 70.0 {SD} % (25.0 to 75.0), without record 202 65.0 {SD} %." in text
    # F has no beats without 202.
    assert "flagged 6.0 7.0 5.0 8.0 flagged, without 202 4.0 7.0 3.0 \N{EN DASH}" in text


def test_if_that_record_is_not_tested_nothing_is_said_of_it(shown_with, tmp_path: Path) -> None:
    text = shown_with(files(tmp_path, with_202=False))
    section = text.partition("Single heartbeats: normal or abnormal")[2]
    assert "without 202" not in section
    assert "Record 202 of DS2" not in section
    assert f"of 70.0 {SD} % (25.0 to 75.0)." in section


@pytest.mark.parametrize(("second", "name"), [("ptb-xl", "PTB-XL"), ("ptbdb", "PTB Diagnostic")])
def test_the_second_database_of_the_ensemble_is_named(
    shown_with, tmp_path: Path, second: str, name: str
) -> None:
    text = shown_with(files(tmp_path, second=second))
    assert f"The second member of the ensemble is trained on {name}." in text
