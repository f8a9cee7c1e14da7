"""A student learns from its teachers, not from the labels."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from serial_pool import serial_pool
from small_networks import AUGMENT, job_in, labelled_beats, spec_of, train_with, write_splits

from ecgfuse.distill.config import DistillConfig
from ecgfuse.distill.run import distill
from ecgfuse.models.store import load_seeds, save_model
from ecgfuse.train.loop import train_seed

CONFIG = DistillConfig(
    teachers=("hybrid",), student="hybrid", seeds=(3,), temperature=1.0, label_share=0.0
)


@pytest.mark.slow
def test_the_student_is_trained_on_the_predictions_of_the_teachers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.distill.targets.process_pool", serial_pool)
    write_splits(tmp_path, n_beats=40)
    job = job_in(tmp_path, train=train_with(epochs=2))
    teacher = tmp_path / "models" / "hybrid" / "seed-1.safetensors"
    teacher.parent.mkdir(parents=True)
    spec = spec_of("hybrid")
    save_model(spec.build().state_dict(), teacher, spec=spec, origin={"seed": 1})
    distill(
        job,
        config=CONFIG,
        models=tmp_path / "models",
        workers=1,
        targets=tmp_path / "targets.npy",
        out=tmp_path / "best",
        history=tmp_path / "best.csv",
    )
    (student,) = load_seeds(tmp_path / "best")
    assert student.origin["seed"] == 3
    assert len(pd.read_csv(tmp_path / "best.csv")) == 2
    targets = np.load(tmp_path / "targets.npy")
    assert targets.shape == (40, 4)
    taught = dataclasses.replace(job, targets=tmp_path / "targets.npy").load("train")
    assert taught.targets is not None
    np.testing.assert_array_equal(taught.targets.numpy(), targets)


@pytest.mark.slow
def test_training_follows_the_targets_against_the_labels(tmp_path: Path) -> None:
    data = labelled_beats(64, seed=0)
    opposed = torch.eye(4)[(data.labels + 1) % 4]
    trained = train_seed(
        spec_of("early").build,
        train=dataclasses.replace(data, targets=opposed),
        valid=data,
        config=train_with(epochs=20, class_weights="none"),
        augment=AUGMENT,
        seed=1,
        checkpoint=tmp_path / "checkpoint.pt",
    )
    network = spec_of("early").build()
    network.load_state_dict(trained.weights)
    with torch.inference_mode():
        predicted = network.eval()(data.inputs).argmax(dim=1)
    assert (predicted == (data.labels + 1) % 4).float().mean() > 0.9


def test_jobs_with_other_targets_have_other_checkpoints(tmp_path: Path) -> None:
    write_splits(tmp_path, n_beats=8)
    job = job_in(tmp_path)
    prints = {job.fingerprint()}
    for value in (0.1, 0.2):
        path = tmp_path / "targets.npy"
        np.save(path, np.full((8, 4), value))
        prints.add(dataclasses.replace(job, targets=path).fingerprint())
    assert len(prints) == 3
