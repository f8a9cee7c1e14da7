"""The small network is the root pipeline's with fewer channels, and is scored as not N."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serial_pool import serial_pool
from small_networks import augment_with, job_in, write_splits

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.export.deployable import export_model
from ecgfuse.models.store import load_seeds
from ecgfuse.pipeline.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.heartbeat.small import (
    SmallConfig,
    SmallScores,
    score_small,
    small_job,
    train_small,
)
from ecgfuse.train.seeds import TrainingJob

N_BEATS = 60
"""Fewer than are timed, so some are timed several times."""
CONFIG = SmallConfig(fusion="late", stem_channels=1, emb_dim=8, ffn_dim=8, epochs=1, seeds=(3, 4))
EVALUATION = EvaluateConfig(
    curve_points=11, examples=1, bootstrap=100, bootstrap_seed=1, ece_bins=5
)


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> TrainingJob:
    """Of the root pipeline, with its beats."""
    folder = tmp_path_factory.mktemp("small")
    write_splits(folder, n_beats=N_BEATS)
    (folder / "dataset.json").write_text(json.dumps({"database": "mitdb", "kind": "synthetic"}))
    return job_in(folder, augment=augment_with(noisy_beats=0.5))


def train(job: TrainingJob, config: SmallConfig, *, preprocess: PreprocessConfig) -> Path:
    """Run the stage; returns its folder."""
    folder = job.checkpoints.parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecgfuse.train.seeds.process_pool", serial_pool)
        train_small(
            small_job(config, root=job),
            preprocess=preprocess,
            rr=load_params(RRConfig),
            evaluation=EVALUATION,
            dataset=folder / "dataset.json",
            workers=1,
            out=folder / "networks",
            history=folder / "history.csv",
            results=folder / "small.json",
            times=folder / "time.json",
        )
    return folder


@pytest.fixture(scope="module")
def folder(job: TrainingJob, preprocess_config: PreprocessConfig) -> Path:
    return train(job, CONFIG, preprocess=preprocess_config)


def test_the_job_differs_from_the_root_in_the_settings_of_the_group_alone(
    job: TrainingJob,
) -> None:
    small = small_job(CONFIG, root=job)
    assert (small.fusion, small.model.stem_channels, small.block.emb_dim) == ("late", 1, 8)
    assert (small.train.epochs, small.train.seeds, small.block.ffn_dim) == (1, (3, 4), 8)
    assert small.augment.noisy_beats == 0
    assert small.model.dilations == job.model.dilations
    assert small.train.learning_rate == job.train.learning_rate
    assert (small.beats, small.rr) == (job.beats, job.rr)


def test_all_seeds_are_trained_and_can_be_exported(folder: Path) -> None:
    networks = load_seeds(folder / "networks")
    assert [one.origin["seed"] for one in networks] == [3, 4]
    assert all("valid_macro_auprc" in one.origin for one in networks)


def test_sizes_are_those_of_the_exported_network(
    folder: Path, preprocess_config: PreprocessConfig, tmp_path: Path
) -> None:
    networks = load_seeds(folder / "networks")
    out = tmp_path / "small.safetensors"
    export_model(networks, preprocess=preprocess_config, rr=load_params(RRConfig), out=out)
    found = json.loads((folder / "small.json").read_text())
    assert found["n_parameters"] == sum(p.numel() for p in networks[0].network.parameters())
    assert found["safetensors_bytes"] == out.stat().st_size
    assert found["onnx_bytes"] == out.with_suffix(".onnx").stat().st_size


def test_the_time_is_not_among_the_results(folder: Path) -> None:
    times = json.loads((folder / "time.json").read_text())
    assert set(times) == {"us_per_beat", "us_per_beat_of_256"}
    assert min(times.values()) > 0
    assert "us_per" not in (folder / "small.json").read_text()


def test_all_test_beats_are_scored(folder: Path) -> None:
    found = json.loads((folder / "small.json").read_text())
    assert found["data"]["test_beats"] == N_BEATS
    assert found["data"]["test_abnormal"] == N_BEATS * 3 // 4
    assert found["scores"]["seeds"] == 2
    assert set(found["four_classes"]["mean"]) >= {"macro_f1", *CLASSES}


def test_a_beat_is_abnormal_if_n_has_less_than_half() -> None:
    labels = np.array([0, 1, 2, 3, 0])
    of_seed = np.array(
        [
            [0.6, 0.2, 0.1, 0.1],
            [0.4, 0.3, 0.2, 0.1],  # N is the likeliest class, and abnormal is likelier than N
            [0.1, 0.1, 0.7, 0.1],
            [0.7, 0.1, 0.1, 0.1],  # missed
            [0.9, 0.1, 0.0, 0.0],
        ]
    )
    scores = score_small(
        labels,
        of_seed[None],
        records=np.array(["a"] * 5),
        database="mitdb",
        evaluation=EVALUATION,
    )
    assert "without_same_subject" not in scores
    mean = scores["scores"]["mean"]
    assert mean["precision"] == 1
    assert mean["recall"] == pytest.approx(2 / 3)
    assert mean["f1"] == pytest.approx(0.8)
    assert mean["roc_auc"] == pytest.approx(5 / 6)


def test_scores_without_the_record_of_a_training_patient_are_those_of_the_others() -> None:
    labels = np.array([0, 1, 2, 0, 3, 3])
    wrong = np.array([0, 0, 0, 0, 1, 0])  # in 202
    of_seed = np.eye(4)[np.where(wrong, 0, labels)] * 0.7 + 0.075
    records = np.array(["100", "100", "100", "103", "202", "202"])

    def found(database: str) -> SmallScores:
        return score_small(
            labels, of_seed[None], records=records, database=database, evaluation=EVALUATION
        )

    scores = found("mitdb")
    assert scores["scores"]["mean"]["recall"] == 0.75
    assert scores["without_same_subject"]["mean"]["recall"] == 1
    assert scores["without_same_subject"]["interval"] == {}
    assert "without_same_subject" not in found("svdb")  # its record 202 is of another person


def test_a_network_too_large_for_a_watch_is_refused(
    job: TrainingJob, preprocess_config: PreprocessConfig
) -> None:
    large = dataclasses.replace(CONFIG, ffn_dim=20_000)
    with pytest.raises(ValueError, match=r"small.stem_channels .* 100,000 are allowed"):
        train(job, large, preprocess=preprocess_config)


@pytest.mark.parametrize("field", ["stem_channels", "emb_dim", "ffn_dim", "epochs"])
def test_a_size_below_one_is_refused(field: str) -> None:
    changed: dict[str, Any] = {field: 0}
    with pytest.raises(ValueError, match=rf"small.{field} is 0, but must be 1 or more"):
        dataclasses.replace(CONFIG, **changed)
