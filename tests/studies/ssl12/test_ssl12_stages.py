"""The stages of studies/ssl12 in order, on synthetic windows."""

import dataclasses
import json
from pathlib import Path
from typing import get_args

import pytest
from ptbxl_records import write_windows
from serial_pool import serial_pool
from small_networks import PRETRAIN
from test_classifier import CONFIG as FINE_TUNE
from test_identify import CONFIG as LEADS

from ecgfuse.models.backbone import load_backbone
from ecgfuse.pretrain.config import OBJECTIVES, ObjectiveName
from ecgfuse.studies.ssl12.fine_tune import ClassifyJob, Run, classify
from ecgfuse.studies.ssl12.leads import LeadsJob, Recipe, Start, lead_experiments
from ecgfuse.studies.ssl12.pretrain import pretrain
from ecgfuse.studies.ssl12.summary import summarise

pytestmark = pytest.mark.slow

FS = 50.0
"""Sampling rate of the synthetic windows, in Hz."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("ssl12")
    write_windows(made / "windows", n_samples=500)
    for objective in OBJECTIVES:
        run_pretrain(made, objective)
    classify(classify_job(made), workers=2, out=made / "fine_tune.json")
    return made


def classify_job(folder: Path) -> ClassifyJob:
    return ClassifyJob(
        size="small",
        fs=FS,
        windows=folder / "windows",
        backbones=folder / "pretrain",
        config=dataclasses.replace(FINE_TUNE, epochs=2, seeds=(1, 2)),
    )


def run_pretrain(folder: Path, objective: ObjectiveName) -> None:
    pretrain(
        dataclasses.replace(PRETRAIN, objective=objective, epochs=1, batch_size=8),
        fs=FS,
        windows=folder / "windows",
        checkpoints=folder / "checkpoints",
        out=folder / "pretrain" / objective,
    )


def test_every_objective_writes_an_encoder_and_removes_its_checkpoint(folder: Path) -> None:
    for objective in OBJECTIVES:
        assert load_backbone(folder / "pretrain" / objective)
    assert not any((folder / "checkpoints").iterdir())


def test_the_summary_has_every_recipe_of_every_objective(folder: Path) -> None:
    summarise(
        folder / "fine_tune.json",
        windows=folder / "windows/windows.csv",
        figure=folder / "summary.png",
        results=folder / "summary.json",
        metrics=folder / "summary_metrics.json",
    )
    summary = json.loads((folder / "summary.json").read_text())
    for objective in OBJECTIVES:
        for scores in (summary[objective], summary[objective]["rhythm"]):
            for recipe in ("scratch", "linear_probe", "fine_tune"):
                assert {"macro_auroc", "ovo_auc", "macro_f1", "sd"} <= set(scores[recipe])
    assert summary["data"]["patients"]["identify"] == 4
    assert (folder / "summary.png").stat().st_size > 1000


@pytest.fixture
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("fine_tune", "leads"):
        monkeypatch.setattr(f"ecgfuse.studies.ssl12.{module}.process_pool", serial_pool)


@pytest.mark.usefixtures("no_processes")
def test_scores_of_two_processes_are_those_of_this_one(folder: Path, tmp_path: Path) -> None:
    classify(classify_job(folder), workers=1, out=tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (folder / "fine_tune.json").read_bytes()


def test_training_from_scratch_is_shared_by_objectives_of_one_encoder() -> None:
    moco, nextclip = (Run.of(name, "rhythm", "scratch") for name in ("mae_moco", "mae_nextclip"))
    assert moco == nextclip
    assert moco != Run.of("w2v_cmsc_rlm", "rhythm", "scratch")
    assert moco != Run.of("mae_moco", "diagnosis", "scratch")


def test_seeds_share_one_task_only_with_a_frozen_encoder() -> None:
    assert Run.of("mae_moco", "rhythm", "linear_probe").shares([1, 2]) == [(1, 2)]
    for recipe in ("scratch", "fine_tune"):
        assert Run.of("mae_moco", "rhythm", recipe).shares([1, 2]) == [(1,), (2,)]


def leads_job(folder: Path) -> LeadsJob:
    return LeadsJob(
        pretrain=dataclasses.replace(PRETRAIN, objective="w2v_cmsc_rlm", batch_size=8),
        fine_tune=dataclasses.replace(FINE_TUNE, epochs=1),
        leads=dataclasses.replace(LEADS, sets=("12", "1"), identify_epochs=1),
        fs=FS,
        windows=folder / "windows",
        checkpoints=folder / "checkpoints",
    )


@pytest.mark.usefixtures("no_processes")
def test_lead_experiments_have_every_recipe_and_set(folder: Path) -> None:
    lead_experiments(
        leads_job(folder),
        workers=1,
        results=folder / "leads.json",
        metrics=folder / "leads_metrics.json",
    )
    found = json.loads((folder / "leads.json").read_text())
    assert set(found) == set(get_args(Recipe))
    for by_set in found.values():
        assert set(by_set) == {"12", "1"}
        for row in by_set.values():
            assert 0 <= row["identification"]["rank1"] <= 1
            assert row["identification"]["patients"] == 4
            assert "macro_auroc" in row
    assert not any((folder / "checkpoints").iterdir())


def test_recipes_start_from_the_named_pretraining() -> None:
    assert Start.of("scratch", "3") is None
    assert Start.of("pretrained_on_12_with_lead_masking", "3") == Start("12", True)
    assert Start.of("pretrained_on_same_set_without_lead_masking", "3") == Start("3", False)


def test_pretrainings_differ_from_the_parameters_in_epochs_and_lead_masking_only() -> None:
    job = leads_job(Path())
    expected = dataclasses.replace(job.pretrain, epochs=job.leads.pretrain_epochs)
    assert Start("12", True).config(job) == expected
    assert Start("12", False).config(job) == dataclasses.replace(expected, lead_masking=0.0)
