"""prepare, train, score and table fit together, and the test records decide nothing."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from serial_pool import serial_pool

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.evaluate.metrics import score
from ecgfuse.studies.published.comparison import bridge_rows, checkpoint_sentence, score_rows
from ecgfuse.studies.published.config import PublishedConfig
from ecgfuse.studies.published.data import RR_BETWEEN, load_published, prepare
from ecgfuse.studies.published.results import class_accuracy, summarise_seeds
from ecgfuse.studies.published.rows import ROWS
from ecgfuse.studies.published.score import score_all
from ecgfuse.studies.published.train import load_trained, plan, run_names, train_all
from ecgfuse.studies.published.training import MACNN_FULL, RULES

CONFIG = PublishedConfig(
    rows=("baseline_opt2", "mhca_opt3_beats"),
    seeds=(1, 2),
    rr_between="annotations",
    macnn_epochs=2,
    macnn_batch=32,
    resunet_epochs=1,
    resunet_batch=32,
    resunet_halve_every=1,
    full_rows=(),
    full_seeds=(1,),
    precision="fp32",
)


@pytest.fixture(scope="module")
def trained(folder: Path) -> Path:
    """Output of the train stage; the test records are not there while it runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecgfuse.studies.published.train.process_pool", serial_pool)
        shutil.move(folder / "prepared/test", folder / "test")
        train_all(
            CONFIG,
            prepared=folder / "prepared",
            out=folder / "trained",
            checkpoints=folder / "checkpoints",
            workers=1,
        )
        shutil.move(folder / "test", folder / "prepared/test")
    return folder / "trained"


@pytest.fixture(scope="module")
def results(folder: Path, trained: Path) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecgfuse.studies.published.score.process_pool", serial_pool)
        score_all(
            CONFIG,
            prepared=folder / "prepared",
            trained=trained,
            workers=1,
            results=folder / "published.json",
            metrics=folder / "metrics.json",
        )
    found: dict[str, Any] = json.loads((folder / "published.json").read_text())
    return found


def test_every_row_and_seed_is_trained_and_no_checkpoint_is_left(
    folder: Path, trained: Path
) -> None:
    assert {path.name for path in trained.iterdir()} == {
        f"{row}-{seed}.pt" for row in CONFIG.rows for seed in CONFIG.seeds
    }
    assert not list((folder / "checkpoints").rglob("*.pt"))


def test_a_file_holds_the_weights_of_every_epoch_that_a_rule_names(trained: Path) -> None:
    kept = load_trained(trained / "baseline_opt2-1.pt")
    assert set(kept["epochs"]) == set(RULES)
    assert set(kept["weights"]) == set(kept["epochs"].values())
    ROWS["baseline_opt2"].build().load_state_dict(next(iter(kept["weights"].values())))


def test_reported_score_is_of_the_checkpoint_with_the_best_validation_auprc(
    folder: Path, trained: Path, results: dict[str, Any]
) -> None:
    beats = load_published(folder / "prepared", "test", option="opt2", rr_between="annotations")
    f1 = []
    for seed in CONFIG.seeds:
        kept = load_trained(trained / f"baseline_opt2-{seed}.pt")
        network = ROWS["baseline_opt2"].build().eval()
        network.load_state_dict(kept["weights"][kept["epochs"]["macro_auprc"]])
        with torch.inference_mode():
            probabilities = network(beats.rows, beats.rr).softmax(dim=1).numpy()
        f1.append(score(beats.labels.numpy(), probabilities, classes=CLASSES)["macro_f1"])
    row = results["baseline_opt2"]
    assert row["validated"]["macro_f1"] == pytest.approx(np.mean(f1))
    assert row["validated_sd"]["macro_f1"] == pytest.approx(np.std(f1, ddof=1))
    low_high = row["checkpoints"]["macro_f1"]
    assert low_high["low"] <= row["validated"]["macro_f1"] <= low_high["high"]


def test_beats_of_an_option_are_those_with_its_segments(folder: Path) -> None:
    sizes = {
        option: len(load_published(folder / "prepared", "train", option=option, rr_between="beats"))
        for option in ("opt1", "opt2", "opt3")
    }
    assert sizes["opt1"] == sizes["opt3"] == sizes["opt2"] - 2  # one of each record


def test_rows_of_opt2_are_the_ecg_and_two_constant_ratios(folder: Path) -> None:
    beats = load_published(folder / "prepared", "train", option="opt2", rr_between="beats")
    ratios = np.load(folder / "prepared/train/beats/ratios.npy")
    assert beats.rows.shape[1:] == (3, 128)
    for column in (0, 1):
        row = beats.rows[:, 1 + column].numpy()
        np.testing.assert_array_equal(row, np.broadcast_to(ratios[:, [column]], row.shape))


def test_plan_has_the_published_budget_for_full_rows_and_beats_where_named() -> None:
    config = replace(CONFIG, full_rows=("baseline_opt2",), full_seeds=(7,))
    tasks = plan(config)
    assert (tasks[0].name, tasks[0].budget) == ("baseline_opt2_full-7", MACNN_FULL)
    assert {task.row: task.rr_between for task in tasks} == {
        "baseline_opt2": "annotations",
        "mhca_opt3_beats": "beats",
    }
    assert run_names(tasks) == ["baseline_opt2", "baseline_opt2_full", "mhca_opt3_beats"]


def test_unknown_row_is_refused() -> None:
    with pytest.raises(ValueError, match=r"published\.rows is \['mhca'\]"):
        replace(CONFIG, rows=("mhca",))


def test_class_accuracy_counts_a_wrong_beat_for_two_classes() -> None:
    labels, predicted = np.array([0, 0, 0, 1, 2, 3]), np.array([0, 0, 1, 1, 2, 0])
    one_vs_rest = [np.mean((labels == c) == (predicted == c)) for c in range(4)]
    assert class_accuracy(float(np.mean(labels == predicted))) == pytest.approx(
        np.mean(one_vs_rest)
    )


def test_range_is_over_checkpoints_and_mean_over_seeds() -> None:
    labels = np.arange(8) % 4
    right, wrong = np.eye(4)[labels], np.eye(4)[(labels + 1) % 4]
    good, bad = (score(labels, one, classes=CLASSES) for one in (right, wrong))
    first = {"macro_auprc": bad, "macro_f1": good}
    second = {"macro_auprc": good, "macro_f1": good}
    row = summarise_seeds([first, second])
    assert row["checkpoints"]["macro_f1"] == {"low": 0.5, "high": 1.0}
    assert row["validated"]["macro_f1"] == 0.5


def test_prepare_cuts_every_split_with_both_kinds_of_intervals(
    synthetic_database: Path,
    small_split: SplitConfig,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ecgfuse.studies.published.data.process_pool", serial_pool)
    prepare(synthetic_database, split=small_split, out=tmp_path / "beats", workers=1)
    for split, records in small_split.records().items():
        for rr_between in RR_BETWEEN:
            beats = load_published(tmp_path / "beats", split, option="opt3", rr_between=rr_between)
            assert set(beats.records) == set(records)
            assert beats.rows.isfinite().all()
            assert beats.rows[:, 0].mean(dim=1).abs().max() < 0.2


def test_table_shows_published_own_and_difference(results: dict[str, Any]) -> None:
    row = results["baseline_opt2"]
    rows = score_rows(results, {"forest": row, "forest_train": row})
    (cells,) = [cells for cells in rows if "baseline opt2" in cells[0]]
    ours = 100 * row["validated"]["macro_f1"]
    assert cells[2] == "43.2"
    assert cells[3].startswith(f"{ours:.1f} ± ")
    assert cells[4] == f"{ours - 43.19:+.1f}"
    assert "Choosing among the four checkpoints" in checkpoint_sentence(results)


def test_bridge_shows_ds2_beside_its_first_and_last_row_only(results: dict[str, Any]) -> None:
    scores = {"macro_auprc": 0.5, "macro_f1": 0.25}
    step: Any = {"change": "x", "seeds": 2, "mean": scores, "sd": scores}
    better = {**step, "change": "z", "mean": {"macro_auprc": 0.625, "macro_f1": 0.5}}
    last: Any = {"test": {"macro_f1": 0.75}}
    rows = bridge_rows(
        {"as_published": step, "beats": {**step, "change": "y"}, "default": better},
        first=results["baseline_opt2"],
        last=last,
    )
    first = 100 * results["baseline_opt2"]["validated"]["macro_f1"]
    assert [cells[-1] for cells in rows] == [f"{first:.1f}", "-", "75.0"]
    assert rows[-1][2] == "+12.5"
