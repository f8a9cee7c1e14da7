"""The train stage writes models and curves and removes its checkpoints, or changes nothing."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
from small_networks import assert_identical, job_in, train_with, write_splits

from ecgfuse.models.store import NetworkSpec, load_seeds
from ecgfuse.train import fit as fit_module
from ecgfuse.train.fit import fit, mean_history
from ecgfuse.train.loop import TrainedSeed, train_seed
from ecgfuse.train.seeds import TrainingJob


def row(epoch: int, value: float) -> dict[str, float]:
    return {"epoch": epoch, "train_loss": value, "valid_macro_auprc": value / 2}


def trained_seed(seed: int, values: list[float]) -> TrainedSeed:
    history = [row(epoch, value) for epoch, value in enumerate(values, start=1)]
    return TrainedSeed(seed=seed, weights={}, epoch=1, history=history)


def train_without_processes(
    job: TrainingJob, *, workers: int
) -> tuple[NetworkSpec, list[TrainedSeed]]:
    data = job.load("train")
    trained = [
        train_seed(
            job.spec(data).build,
            train=data,
            valid=job.load("valid"),
            config=job.train,
            augment=job.augment,
            seed=seed,
            checkpoint=job.checkpoints / job.fingerprint() / f"seed-{seed}.pt",
        )
        for seed in job.train.seeds
    ]
    return job.spec(data), trained


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TrainingJob:
    monkeypatch.setattr(fit_module, "train_seeds", train_without_processes)
    write_splits(tmp_path, n_beats=40)
    return job_in(tmp_path, train=train_with(seeds=(3, 12), epochs=2, checkpoint="best"))


def test_every_seed_is_saved_with_its_origin(job: TrainingJob, tmp_path: Path) -> None:
    spec, trained = train_without_processes(job, workers=1)
    fit(job, workers=1, out=tmp_path / "models", history=tmp_path / "history.csv")
    names = sorted(path.name for path in (tmp_path / "models").iterdir())
    assert names == ["seed-12.safetensors", "seed-3.safetensors"]
    for stored, one in zip(load_seeds(tmp_path / "models"), trained, strict=True):
        assert stored.spec == spec
        assert_identical(dict(stored.network.state_dict()), dict(one.weights))
        assert stored.origin["seed"] == one.seed
        kept = one.history[one.epoch - 1]
        assert {name: stored.origin[name] for name in kept} == kept


def test_training_curves_are_written(job: TrainingJob, tmp_path: Path) -> None:
    fit(job, workers=1, out=tmp_path / "models", history=tmp_path / "plots" / "history.csv")
    history = pd.read_csv(tmp_path / "plots" / "history.csv")
    columns = ["epoch", "train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1"]
    assert list(history.columns) == columns
    assert history["epoch"].tolist() == [1, 2]
    assert history.notna().all(axis=None)


def test_checkpoints_are_removed_after_the_models_are_saved(
    job: TrainingJob, tmp_path: Path
) -> None:
    other = job.checkpoints / "0123456789abcdef" / "seed-1.pt"
    other.parent.mkdir(parents=True)
    other.touch()
    fit(job, workers=1, out=tmp_path / "models", history=tmp_path / "history.csv")
    assert list(job.checkpoints.rglob("*.pt")) == [other]  # of another training


def test_failed_training_keeps_previous_models_and_checkpoints(
    job: TrainingJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        train_without_processes(job, workers=1)
        raise ValueError("a process was killed")

    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "seed-1.safetensors").write_text("before")
    monkeypatch.setattr(fit_module, "train_seeds", fail)
    with pytest.raises(ValueError, match="was killed"):
        fit(job, workers=1, out=tmp_path / "models", history=tmp_path / "history.csv")
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["seed-1.safetensors"]
    assert not (tmp_path / "history.csv").exists()
    assert len(list(job.checkpoints.rglob("*.pt"))) == 2


def test_models_do_not_depend_on_the_other_seeds(job: TrainingJob, tmp_path: Path) -> None:
    fit(job, workers=1, out=tmp_path / "both", history=tmp_path / "history.csv")
    alone = dataclasses.replace(job, train=dataclasses.replace(job.train, seeds=(12,)))
    fit(alone, workers=1, out=tmp_path / "alone", history=tmp_path / "history.csv")
    name = "seed-12.safetensors"
    assert (tmp_path / "both" / name).read_bytes() == (tmp_path / "alone" / name).read_bytes()


def test_curves_are_means_over_the_seeds() -> None:
    history = mean_history([trained_seed(1, [1.0, 3.0]), trained_seed(2, [2.0, 5.0])])
    assert history.index.name == "epoch"
    assert history.index.tolist() == [1, 2]
    assert history["train_loss"].tolist() == [1.5, 4.0]
    assert history["valid_macro_auprc"].tolist() == [0.75, 2.0]
