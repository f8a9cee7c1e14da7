"""The summary has the layout of the metrics file, with the numbers of the results."""

import json
from pathlib import Path
from typing import Any

import pytest

from ecgfuse.pipeline.files import write_json
from ecgfuse.studies.heartbeat.binary_scores import BinaryScores
from ecgfuse.studies.heartbeat.networks import NETWORKS
from ecgfuse.studies.heartbeat.summary import summarise

NAMES = tuple(BinaryScores.__annotations__)


def scores(first: float) -> dict[str, float]:
    return {name: first + place / 1000 for place, name in enumerate(NAMES)}


def networks_of(first: float) -> dict[str, Any]:
    networks = {
        name: {"seeds": 3, "mean": scores(first + place / 100), "sd": scores(0.01), "interval": {}}
        for place, name in enumerate(NETWORKS)
    }
    return {"beats": 10, "networks": networks}


@pytest.fixture
def summary(tmp_path: Path) -> dict[str, Any]:
    kind = {"inputs": 5, "auroc": 0.97, "flagged": 0.9, "called_normal": 0.1}
    alarms = {"all": 0.06, "patients": 0.07, "classes": {"N": 0.05, "V": 0.08}}
    files = {
        "scores": {
            "data": {"database": "mitdb", "kind": "synthetic"},
            "intra": networks_of(0.5),
            "inter": networks_of(0.2),
            "hold_out": networks_of(0.6),
        },
        "ood": {"score": "energy", "false_alarms": alarms, "kinds": {"constant_line": kind}},
        "small": {
            "n_parameters": 36_000,
            "draws": 100,
            "scores": {"mean": scores(0.7), "sd": scores(0.02), "interval": {}},
        },
        "small_time": {"us_per_beat": 180.0, "us_per_beat_of_256": 30.0},
    }
    for name, content in files.items():
        write_json(content, tmp_path / f"{name}.json")
    summarise(tmp_path, metrics=tmp_path / "summary.json")
    return json.loads((tmp_path / "summary.json").read_text())


def test_each_split_has_all_networks_with_scores_and_their_spread(summary: dict[str, Any]) -> None:
    for split, first in (("intra", 0.5), ("inter", 0.2)):
        assert tuple(summary[split]) == NETWORKS
        for place, network in enumerate(summary[split].values()):
            assert network.pop("sd") == scores(0.01)
            assert network == scores(first + place / 100)


def test_it_says_whether_the_recordings_are_real(summary: dict[str, Any]) -> None:
    assert summary["data"] == {"kind": "synthetic"}


def test_the_small_network_has_size_time_and_scores(summary: dict[str, Any]) -> None:
    small = summary["small"]
    assert (small["n_parameters"], small["us_per_beat"]) == (36_000, 180.0)
    assert small["f1"] == scores(0.7)["f1"]


def test_outliers_have_an_area_per_kind_and_false_alarms(summary: dict[str, Any]) -> None:
    assert summary["ood"]["constant_line"]["auroc"] == 0.97
    assert summary["ood"]["false_alarm_rate"] == 0.06
    assert summary["ood"]["false_alarm_rate_of_class"] == {"N": 0.05, "V": 0.08}
