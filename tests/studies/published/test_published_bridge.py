"""The bridge changes one thing per row, ends at the default network, and scores every beat."""

import dataclasses
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from serial_pool import serial_pool
from small_networks import job_in, train_with

from ecgfuse.studies.published.bridge import cross_bridge
from ecgfuse.studies.published.bridge_data import BridgeBeats, BridgeFolders, load_bridge
from ecgfuse.studies.published.bridge_rows import BridgeRow, bridge
from ecgfuse.studies.published.bridge_train import BridgeSettings, PooledNet, _builder
from ecgfuse.studies.published.config import BridgeConfig
from ecgfuse.studies.published.training import Budget

ROWS = {row.name: row for row in bridge()}
MACRO = dict.fromkeys(("macro_f1", "macro_sensitivity", "macro_auprc", "macro_auroc"), 0.5)
TOGETHER = {"beats": {"signal", "rr"}}
"""Rows that change more than one setting."""


def folders_in(folder: Path) -> BridgeFolders:
    return BridgeFolders(prepared=folder / "prepared", beats=folder / "beats", rr=folder / "rr")


def settings_in(folder: Path) -> BridgeSettings:
    return BridgeSettings(
        budget=Budget(epochs=1, batch_size=32, halve_every=0),
        job=job_in(folder, train=train_with(epochs=1, epoch_beats=32)),
    )


@pytest.fixture(scope="module")
def beats(folder: Path) -> BridgeBeats:
    return load_bridge(folders_in(folder))


def test_every_row_changes_one_setting_of_the_row_before() -> None:
    for before, after in pairwise(ROWS.values()):
        changed = {
            field.name
            for field in dataclasses.fields(BridgeRow)
            if getattr(before, field.name) != getattr(after, field.name)
        } - {"name", "change"}
        assert changed == TOGETHER.get(after.name, changed)
        assert len(changed) == len(TOGETHER.get(after.name, {"one"}))


def test_the_last_row_is_the_network_of_the_default(folder: Path, beats: BridgeBeats) -> None:
    settings = settings_in(folder)
    data = beats.labelled(ROWS["default"])
    torch.manual_seed(0)
    mine = _builder(ROWS["default"], data, settings=settings)().state_dict()
    torch.manual_seed(0)
    default = settings.job.spec(settings.job.load("train")).build().state_dict()
    assert list(mine) == list(default)
    assert all(torch.equal(mine[name], default[name]) for name in mine)


def test_all_rows_have_the_same_beats_in_the_same_order(beats: BridgeBeats) -> None:
    n_beats = len(beats.labels)
    assert n_beats == 2 * 64 - 4  # the last beat of each of four records has no window
    for kind in beats.published.values():
        assert torch.equal(kind.labels, beats.labels)
        assert kind.records.tolist() == beats.records.tolist()
    for row in ROWS.values():
        inputs = beats.inputs(row)
        assert len(inputs.ecg) == len(inputs.rr) == len(inputs.morphology) == n_beats


def test_inputs_grow_along_the_bridge(beats: BridgeBeats) -> None:
    shapes = {
        name: (beats.inputs(row).ecg.shape[1], beats.inputs(row).rr.shape[1])
        for name, row in ROWS.items()
    }
    assert shapes["as_published"] == (1, 9)
    assert shapes["attention"] == (1, 7)
    assert shapes["default"][0] > 1
    assert beats.inputs(ROWS["deviations"]).morphology.shape[1] == 0
    assert beats.inputs(ROWS["morphology"]).morphology.shape[1] > 0


def test_as_published_is_the_input_of_the_study(beats: BridgeBeats) -> None:
    mine, theirs = beats.as_published(ROWS["as_published"]), beats.published["annotations"]
    assert torch.equal(mine.rows, theirs.rows)
    assert torch.equal(mine.rr, theirs.rr)


def test_pooled_network_standardises_rr_only_if_the_row_does(beats: BridgeBeats) -> None:
    inputs = beats.inputs(ROWS["standardised"])
    standardised = PooledNet(ROWS["standardised"])
    standardised.fit_scalers(inputs)
    assert standardised.scaler is not None
    scaled = standardised.scaler(inputs.rr)
    torch.testing.assert_close(scaled.mean(dim=0), torch.zeros(9), atol=1e-4, rtol=0)
    assert PooledNet(ROWS["recipe"]).scaler is None


def test_bridge_predicts_every_beat_of_ds1_and_needs_no_test_records(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.studies.published.bridge.process_pool", serial_pool)
    seen: list[np.ndarray] = []

    def summary(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, Any]:
        seen.append(probabilities)
        return {"mean": MACRO, "sd": MACRO}

    monkeypatch.setattr("ecgfuse.studies.published.bridge._summary", summary)
    for part in ("prepared", "beats", "rr"):
        (folder / part / "test").rename(folder / part / "hidden")
    cross_bridge(
        BridgeConfig(n_folds=2, seeds=(3,)),
        settings=settings_in(folder),
        folders=folders_in(folder),
        checkpoints=tmp_path / "checkpoints",
        workers=1,
        results=tmp_path / "bridge.json",
        metrics=tmp_path / "metrics.json",
    )
    for part in ("prepared", "beats", "rr"):
        (folder / part / "hidden").rename(folder / part / "test")
    assert list(json.loads((tmp_path / "bridge.json").read_text())) == list(ROWS)
    for probabilities in seen:
        np.testing.assert_allclose(probabilities.sum(axis=2), 1.0, atol=1e-5)
    assert not list((tmp_path / "checkpoints").rglob("*.npy"))
