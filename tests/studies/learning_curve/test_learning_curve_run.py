"""The learning curve has the scores of each training, and ends with that on all patients."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from serial_pool import serial_pool
from small_networks import job_in, train_with, write_splits

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import headline_names, summarise
from ecgfuse.studies.learning_curve.config import LearningCurveConfig
from ecgfuse.studies.learning_curve.run import SPLITS, learning_curve, summarise_runs

CONFIG = LearningCurveConfig(fusion="hybrid", patients=(1,), draws=2, seed=3)


def all_patients() -> dict[str, Any]:
    """Results of a fusion trained on all patients with two seeds."""
    labels = np.arange(40) % 4
    seeds = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 40))
    summary = summarise(labels, seeds, classes=CLASSES)
    both = {"test": summary["mean"], "valid": summary["mean"]}
    return both | {"test_sd": summary["sd"], "valid_sd": summary["sd"]}


def run_in(folder: Path) -> None:
    write_splits(folder, n_beats=64)
    (folder / "hybrid.json").write_text(json.dumps(all_patients()))
    learning_curve(
        job_in(folder, train=train_with(epochs=1, checkpoint="best")),
        config=CONFIG,
        everyone=folder / "hybrid.json",
        workers=1,
        plots=folder / "plots",
        results=folder / "learning_curve.json",
        metrics=folder / "metrics.json",
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("learning_curve")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecgfuse.studies.learning_curve.train.process_pool", serial_pool)
        run_in(made)
    return made


def test_every_number_of_patients_has_mean_and_sd_of_every_score(folder: Path) -> None:
    metrics = json.loads((folder / "learning_curve.json").read_text())
    assert list(metrics) == ["1", "2"]
    for found in metrics.values():
        for scores in (found, found["valid"]):
            assert set(scores["macro_f1"]) == set(scores["F"]["f1"]) == {"mean", "sd"}


def test_there_is_one_row_per_training_with_its_patients(folder: Path) -> None:
    runs = pd.read_csv(folder / "plots" / "runs.csv", dtype={"records": str})
    assert runs["patients"].tolist() == [1, 1]
    assert runs["draw"].tolist() == [0, 1]
    assert set(runs["records"]) <= {"100", "101"}
    assert (runs["beats"] < 64).all()
    assert runs["test_macro_f1"].between(0, 1).all()


def test_the_last_row_is_the_training_on_all_patients(folder: Path) -> None:
    metrics = json.loads((folder / "learning_curve.json").read_text())
    expected = all_patients()
    assert metrics["2"]["macro_auprc"] == {
        "mean": expected["test"]["macro_auprc"],
        "sd": expected["test_sd"]["macro_auprc"],
    }
    assert metrics["2"]["valid"]["S"]["f1"]["mean"] == expected["valid"]["S"]["f1"]


def test_table_and_figure_are_written(folder: Path) -> None:
    curve = pd.read_csv(folder / "plots" / "curve.csv")
    assert curve["patients"].tolist() == [1, 2]
    assert (folder / "plots" / "curve.png").read_bytes().startswith(b"\x89PNG")


def test_runs_are_summarised_by_mean_and_sample_sd() -> None:
    names = [f"{split}_{name}" for split in SPLITS for name in headline_names(CLASSES)]
    values = {name: [0.2, 0.6, 0.5] for name in names}
    curve = summarise_runs(pd.DataFrame({"patients": [4, 4, 8], **values}))
    assert curve.loc[4, "test_macro_f1"] == pytest.approx(0.4)
    assert curve.loc[4, "test_macro_f1_sd"] == pytest.approx(np.sqrt(0.08))
    assert curve.loc[8, "valid_f1_F"] == 0.5
    assert curve.loc[8, "valid_f1_F_sd"] == 0.0  # one draw has no spread
