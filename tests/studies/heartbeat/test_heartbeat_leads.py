"""Leads are compared on the same beats, and every lead of new patients is tested."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serial_pool import serial_pool
from single_beat_sets import single_beats, write_sets

from ecgfuse.datasets.single_beats import SingleBeats, join_single_beats
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.studies.heartbeat.leads import REST, LeadsConfig, compare_leads
from ecgfuse.studies.heartbeat.seen_through import TRAINED_ON, TrainedOn, seen_through
from ecgfuse.studies.heartbeat.training import FitConfig

LEADS = ("I", "II", "III", "V1")
CONFIG = LeadsConfig(network="transformer", seeds=(1, 2), max_epochs=1)
EVALUATION = EvaluateConfig(
    curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=5
)


@pytest.fixture(scope="module")
def beats() -> SingleBeats:
    """Two recordings through four leads, 60 normal and 40 abnormal beats."""
    labels = {"1": [0] * 60, "2": [1] * 40}
    return join_single_beats(
        [
            single_beats(of_record, record=record, lead=lead, seed=number)
            for record, of_record in labels.items()
            for number, lead in enumerate(LEADS)
        ]
    )


def seen(beats: SingleBeats, leads: TrainedOn, *, seed: int = 0) -> SingleBeats:
    return seen_through(beats, leads, rng=np.random.default_rng(seed))


def names(beats: SingleBeats) -> list[tuple[str, int]]:
    return list(zip(beats.records.tolist(), beats.table["sample"].tolist(), strict=True))


def test_all_choices_of_leads_see_the_same_beats_each_once(beats: SingleBeats) -> None:
    one, two, all_leads = (names(seen(beats, leads)) for leads in ("I", "II", "all"))
    assert one == two == all_leads
    assert len(set(one)) == len(one) == 80


def test_normal_and_abnormal_beats_are_equally_many(beats: SingleBeats) -> None:
    for leads in TRAINED_ON:
        assert np.bincount(seen(beats, leads).abnormal).tolist() == [40, 40]


def test_a_lead_is_seen_alone_or_all_of_them_about_equally_often(beats: SingleBeats) -> None:
    assert set(seen(beats, "I").leads) == {"I"}
    found, counts = np.unique(seen(beats, "all").leads, return_counts=True)
    assert found.tolist() == sorted(LEADS)
    assert counts.min() >= 10


def test_a_beat_that_a_lead_lacks_is_left_out_of_all(beats: SingleBeats) -> None:
    fell_off = (beats.records == "2") & (beats.leads == "V1") & (np.arange(len(beats)) % 2 == 0)
    part = beats.at(~fell_off)
    for leads in TRAINED_ON:
        assert np.bincount(seen(part, leads).abnormal).tolist() == [20, 20]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stage has run."""
    made = tmp_path_factory.mktemp("leads")
    write_sets(made / "beats", leads=LEADS, n_normal=12, n_abnormal=8)
    compare(made)
    return made


def compare(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecgfuse.studies.heartbeat.fit_and_predict.process_pool", serial_pool)
        compare_leads(
            CONFIG,
            training=FitConfig(max_epochs=50, patience=5, precision="fp32"),
            evaluation=EVALUATION,
            beats=folder / "beats",
            checkpoints=folder / "checkpoints",
            workers=1,
            results=folder / "leads.json",
            figure=folder / "figure.png",
        )


@pytest.fixture(scope="module")
def results(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "leads.json").read_text())
    return found


def test_every_network_is_tested_on_both_leads_the_rest_and_each_of_it(
    results: dict[str, Any],
) -> None:
    assert tuple(results["scores"]) == TRAINED_ON
    for tested in results["scores"].values():
        assert tuple(tested) == ("I", "II", REST, "III", "V1")
        for scores in tested.values():
            assert scores["seeds"] == 2
            assert set(scores["interval"]["f1"]) == {"low", "high"}
    assert results["kept_epoch"] == dict.fromkeys(TRAINED_ON, 1)
    assert results["data"] == {
        "train_beats": 64,  # of 80, 32 abnormal
        "train_patients": 4,
        "valid_beats": 64,
        "test_beats": 80,
        "test_abnormal": 32,
        "test_patients": 4,
    }


def test_training_on_all_leads_is_compared_with_either_lead(results: dict[str, Any]) -> None:
    pairs = results["differences"]
    assert tuple(pairs) == ("I_vs_II", "all_vs_II", "all_vs_I")
    for tested in ("I", REST):
        found = pairs["all_vs_I"][tested]["roc_auc"]["difference"]
        ours, other = (results["scores"][on][tested]["mean"]["roc_auc"] for on in ("all", "I"))
        assert found["low"] <= ours - other <= found["high"]


def test_a_repeated_run_gives_the_same_results(folder: Path, results: dict[str, Any]) -> None:
    compare(folder)
    assert json.loads((folder / "leads.json").read_text()) == results
    assert (folder / "figure.png").stat().st_size > 10_000


@pytest.mark.parametrize("changed", [{"seeds": ()}, {"max_epochs": 0}], ids=["seeds", "max_epochs"])
def test_a_training_of_nothing_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"leads.{next(iter(changed))}"):
        dataclasses.replace(CONFIG, **changed)
