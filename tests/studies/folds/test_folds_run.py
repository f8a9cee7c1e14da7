"""The folds stage scores beats of patients that were not trained on, and no test record."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from serial_pool import serial_pool
from small_networks import AUGMENT, PRETRAIN, augment_with, job_in, train_with, write_splits

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beats, save_beats
from ecgfuse.datasets.fusions import Fusion
from ecgfuse.evaluate.metrics import score
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.loop import Pretrained
from ecgfuse.pretrain.run import UnlabelledBeats
from ecgfuse.studies.folds.config import FoldsConfig
from ecgfuse.studies.folds.data import ds1_table, load_ds1, patient_folds
from ecgfuse.studies.folds.run import cross_validate
from ecgfuse.studies.folds.train import (
    FoldsJob,
    predict_fold,
    predict_held_out,
    pretrain_without,
)
from ecgfuse.train.config import AugmentConfig

ORIGIN = {"database": "mitdb", "kind": "synthetic"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four patients, two in each split, and no test records."""
    folder = tmp_path_factory.mktemp("database")
    write_splits(folder)
    for part in ("beats", "rr"):
        shutil.rmtree(folder / part / "test")
    path = folder / "beats/valid/beats.csv"
    table = pd.read_csv(path, dtype={"record": str})
    table["record"] = table["record"].map({"100": "102", "101": "103"})
    table.to_csv(path, index=False)
    (folder / "dataset.json").write_text(json.dumps(ORIGIN))
    return folder


def job_of(
    folder: Path,
    *,
    fusion: Fusion = "hybrid",
    seeds: tuple[int, ...] = (1,),
    augment: AugmentConfig = AUGMENT,
    pretrain: PretrainConfig = PRETRAIN,
    n_folds: int = 2,
    **train: object,
) -> FoldsJob:
    return FoldsJob(
        training=job_in(folder, fusion=fusion, train=train_with(**train), augment=augment),
        pretrain=pretrain,
        folds=FoldsConfig(fusion=fusion, n_folds=n_folds, seeds=seeds),
    )


def records_of(job: FoldsJob) -> np.ndarray:
    return ds1_table(job.training)["record"].to_numpy(dtype=str)


def held_out_predictions(job: FoldsJob) -> np.ndarray:
    labels = load_ds1(job.training).labels.numpy()
    return predict_held_out(job, records=records_of(job), labels=labels, workers=1)


@pytest.fixture
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecgfuse.studies.folds.train.process_pool", serial_pool)


def scores_of(job: FoldsJob, folder: Path, *, workers: int) -> dict:
    out, dataset = folder / "folds.json", job.training.beats.parent / "dataset.json"
    metrics = folder / "metrics.json"
    cross_validate(job, workers=workers, dataset=dataset, results=out, metrics=metrics)
    content: dict = json.loads(out.read_text())
    return content


@pytest.mark.parametrize(
    ("fusion", "unread"),
    [("waveform", {"rr"}), ("rr", {"ecg", "morphology"}), ("hybrid", set[str]())],
)
def test_all_beats_of_ds1_and_no_others_are_loaded(
    fusion: Fusion, unread: set[str], database: Path
) -> None:
    job = job_of(database, fusion=fusion)
    data = load_ds1(job.training)
    assert len(data) == len(ds1_table(job.training)) == 128
    assert list(np.unique(records_of(job))) == ["100", "101", "102", "103"]
    n_beats = {name: len(part) for name, part in data.inputs._asdict().items()}
    assert n_beats == dict.fromkeys(("ecg", "rr", "morphology"), 128) | dict.fromkeys(unread, 0)


def test_the_table_is_that_of_the_loaded_beats_row_for_row_and_reads_no_waveform(
    database: Path, tmp_path: Path
) -> None:
    data = load_ds1(job_of(database).training)
    for split in ("train", "valid"):
        shutil.copytree(database / "beats" / split, tmp_path / "beats" / split)
        (tmp_path / "beats" / split / "ecg.npy").unlink()
    job = job_of(tmp_path)
    assert ds1_table(job.training)["label"].tolist() == data.labels.tolist()
    assert np.unique(records_of(job), return_inverse=True)[1].tolist() == data.patients.tolist()


@pytest.mark.slow
def test_each_beat_is_predicted_by_a_network_trained_on_other_patients_in_any_process(
    database: Path, tmp_path: Path
) -> None:
    # White noise on the training beats: networks would differ if a fold ignored the augmentation.
    job = job_of(database, seeds=(1, 2), augment=augment_with(white_noise=0.2), epochs=2)
    scores = scores_of(job, tmp_path, workers=2)
    assert scores["data"] == {**ORIGIN, "beats": 128, "records": 4}

    data, records = load_ds1(job.training), records_of(job)
    spec, labels = job.training.spec(data), data.labels.numpy()
    by_seed = []
    for seed in (1, 2):
        probabilities = np.zeros((128, 4))
        for fold in patient_folds(records, labels, n_folds=2):
            held_out = np.isin(records, fold)
            probabilities[held_out] = predict_fold(
                spec,
                data=data,
                held_out=held_out,
                config=job.training.train,
                augment=job.training.augment,
                seed=seed,
            )
        by_seed.append(score(labels, probabilities, classes=CLASSES)["macro_auprc"])
    assert scores["macro_auprc"] == np.mean(by_seed)
    assert scores["sd"]["macro_auprc"] == np.std(by_seed, ddof=1) > 0


@pytest.mark.usefixtures("no_processes")
def test_one_seed_has_no_spread(database: Path, tmp_path: Path) -> None:
    scores = scores_of(job_of(database, fusion="early", epochs=1), tmp_path, workers=1)
    assert scores["seeds"] == 1
    assert "sd" not in scores


@pytest.mark.usefixtures("no_processes")
def test_an_error_in_a_fold_is_raised(database: Path) -> None:
    job = job_of(database, checkpoint="best")
    with pytest.raises(ValueError, match=r"train\.checkpoint is 'best'"):
        held_out_predictions(job)


@pytest.mark.parametrize(("field", "value"), [("n_folds", 1), ("seeds", ()), ("seeds", (1, 1))])
def test_an_invalid_parameter_is_refused(field: str, value: object, database: Path) -> None:
    config = job_of(database).folds
    with pytest.raises(ValueError, match=rf"folds\.{field} is "):
        dataclasses.replace(config, **{field: value})


def test_noisy_beats_are_trained_on_and_never_predicted(database: Path, tmp_path: Path) -> None:
    for split in ("train", "valid"):
        twins = load_beats(database / "beats" / split)
        save_beats(dataclasses.replace(twins, ecg=twins.ecg + 9), tmp_path / "noisy" / split)
    job = job_of(database, augment=augment_with(noisy_beats=0.5), epochs=1)
    training = dataclasses.replace(job.training, noisy_beats=tmp_path / "noisy")
    noisy, quiet = load_ds1(training), load_ds1(job_of(database).training)
    assert noisy.noisy is not None
    assert quiet.noisy is None
    assert torch.equal(noisy.noisy.ecg, quiet.inputs.ecg + 9)
    assert torch.equal(noisy.inputs.ecg, quiet.inputs.ecg)
    in_noise, in_quiet = (
        predict_fold(
            training.spec(data),
            data=data,
            held_out=records_of(job) == "100",
            config=training.train,
            augment=training.augment if data is noisy else AUGMENT,
            seed=1,
        )
        for data in (noisy, quiet)
    )
    assert not np.array_equal(in_noise, in_quiet)


def test_the_backbone_is_pretrained_anew_for_each_fold_without_its_patients(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretrain = dataclasses.replace(PRETRAIN, objective="mae_nextclip", epochs=1)
    job = job_of(database, pretrain=pretrain, n_folds=4, epochs=1)
    records = records_of(job)
    folds = [records == name for name in np.unique(records)]
    seen: list[tuple[set[int], set[int]]] = []

    def look(train: UnlabelledBeats, *, valid: UnlabelledBeats, **others: object) -> Pretrained:
        seen.append((set(train.records.tolist()), set(valid.records.tolist())))
        return Pretrained({"x": torch.zeros(1)}, 1, [])

    monkeypatch.setattr("ecgfuse.studies.folds.train.pretrain_backbone", look)
    for held_out, valid in zip(folds, folds[1:] + folds[:1], strict=True):
        backbone = pretrain_without(job, held_out, valid)
        assert backbone is not None
        assert list(backbone) == ["x"]
    assert seen == [({2, 3}, {1}), ({0, 3}, {2}), ({0, 1}, {3}), ({1, 2}, {0})]


@pytest.mark.slow
@pytest.mark.usefixtures("no_processes")
def test_folds_with_pretraining_differ_from_those_from_scratch(database: Path) -> None:
    pretrain = dataclasses.replace(PRETRAIN, objective="mae_nextclip", epochs=1)
    scratch, pretrained = (
        held_out_predictions(job_of(database, n_folds=3, epochs=1, pretrain=config))
        for config in (PRETRAIN, pretrain)
    )
    assert np.abs(scratch - pretrained).max() > 1e-3


def test_two_folds_are_too_few_for_pretraining(database: Path) -> None:
    pretrain = dataclasses.replace(PRETRAIN, objective="mae_moco")
    with pytest.raises(ValueError, match=r"folds\.n_folds is 2, but must be 3 or more"):
        job_of(database, pretrain=pretrain)
