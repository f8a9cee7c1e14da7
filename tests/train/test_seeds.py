"""Training of several seeds in processes: equal weights for any number of workers, also resumed."""

import dataclasses
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import active_children
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import Queue

import numpy as np
import pytest
from small_networks import (
    BLOCK,
    MODEL,
    assert_identical,
    augment_with,
    block_with,
    job_in,
    labelled_beats,
    spec_of,
    train_with,
    write_split,
    write_splits,
)

from ecgfuse.datasets.fusions import NETWORKS, Fusion
from ecgfuse.engine.checkpoint import load_checkpoint
from ecgfuse.engine.training import Progress
from ecgfuse.train.loop import TrainedSeed, train_seed
from ecgfuse.train.seeds import TrainingJob, train_seeds

pytestmark = pytest.mark.slow

LONG = train_with(epochs=12, average=0.9, checkpoint="best")
"""Long enough to be interrupted, with all kinds of state that a checkpoint has to restore."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("database")
    write_splits(folder, n_beats=48)
    return folder


def long_job(database: Path, tmp_path: Path, *, seeds: tuple[int, ...] = (1,)) -> TrainingJob:
    """A long training with a separate checkpoint folder."""
    train, augment = dataclasses.replace(LONG, seeds=seeds), augment_with(white_noise=0.1)
    job = job_in(database, train=train, augment=augment)
    return dataclasses.replace(job, checkpoints=tmp_path / "checkpoints")


def train_here(
    job: TrainingJob, seed: int, *, progress: Progress = lambda n_beats: None
) -> TrainedSeed:
    """Train one seed in this process, resuming from its checkpoint."""
    data = job.load("train")
    return train_seed(
        job.spec(data).build,
        train=data,
        valid=job.load("valid"),
        config=job.train,
        augment=job.augment,
        seed=seed,
        checkpoint=job.checkpoints / job.fingerprint() / f"seed-{seed}.pt",
        progress=progress,
    )


@pytest.fixture(scope="module")
def uninterrupted(database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[TrainedSeed]:
    """Seeds 1 and 2, trained in this process without an interruption."""
    job = long_job(database, tmp_path_factory.mktemp("uninterrupted"))
    return [train_here(job, seed) for seed in (1, 2)]


def assert_same(trained: list[TrainedSeed], expected: list[TrainedSeed]) -> None:
    assert_identical([*map(dataclasses.asdict, trained)], [*map(dataclasses.asdict, expected)])


def checkpoints_of(job: TrainingJob) -> list[Path]:
    return list(job.checkpoints.glob("*/seed-1.pt"))


@contextmanager
def next_process_is_killed(*, when: Callable[[], bool]) -> Iterator[None]:
    """Kill the next training process as soon as a condition holds."""
    started: Queue[int] = Queue()
    start = SpawnProcess.start

    def start_and_report(process: SpawnProcess) -> None:
        start(process)
        assert process.pid is not None
        started.put(process.pid)

    def kill() -> None:
        pid = started.get(timeout=30)
        while not when():
            time.sleep(0.002)
        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SpawnProcess, "start", start_and_report)
        yield
    killer.join()


def assert_stopped_midway(job: TrainingJob) -> None:
    (checkpoint,) = checkpoints_of(job)
    state = load_checkpoint(checkpoint)
    assert state is not None
    assert 1 <= state["epoch"] < LONG.epochs


def test_weights_do_not_depend_on_workers_or_interruptions(
    database: Path, tmp_path: Path, uninterrupted: list[TrainedSeed]
) -> None:
    job = long_job(database, tmp_path, seeds=(1, 2))

    def stop(n_beats: int) -> None:
        if checkpoints_of(job):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_here(job, seed=1, progress=stop)
    assert_stopped_midway(job)
    spec, trained = train_seeds(job, workers=2)
    assert (spec.model, spec.block) == (MODEL, BLOCK)
    assert_same(trained, uninterrupted)


def test_killed_process_is_reported_and_the_next_run_gives_equal_weights(
    database: Path, tmp_path: Path, uninterrupted: list[TrainedSeed]
) -> None:
    job = long_job(database, tmp_path)
    killer = next_process_is_killed(when=lambda: bool(checkpoints_of(job)))
    message = r"a training process was killed.* resume .*ECGFUSE_WORKERS=1"
    with killer, pytest.raises(ValueError, match=message):
        train_seeds(job, workers=1)
    assert_stopped_midway(job)
    assert_same([train_here(job, seed=1)], uninterrupted[:1])


def test_error_in_a_process_is_raised_in_the_parent(tmp_path: Path) -> None:
    write_splits(tmp_path)
    ecg = np.load(tmp_path / "beats" / "train" / "ecg.npy")
    ecg[7] = np.inf
    np.save(tmp_path / "beats" / "train" / "ecg.npy", ecg)
    message = r"the loss of seed 1 is nan in epoch 1; lower train\.learning_rate"
    with pytest.raises(ValueError, match=message):
        train_seeds(job_in(tmp_path), workers=1)
    # The process has ended, but the thread of the pool may still be collecting its exit status.
    deadline = time.monotonic() + 10
    while active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not active_children()


@pytest.mark.parametrize("split", ["train", "valid"])
def test_class_without_beats_is_refused_by_name_before_processes_start(
    split: str, tmp_path: Path
) -> None:
    write_splits(tmp_path)
    data = labelled_beats(64, seed=0)
    data.labels[data.labels == 3] = 0
    write_split(data, split, beats=tmp_path / "beats", rr=tmp_path / "rr")
    message = rf"split\.{split} has no beat of class F; add a record .* to split\.{split}"
    with pytest.raises(ValueError, match=message):
        train_seeds(job_in(tmp_path), workers=2)


@pytest.mark.parametrize("fusion", NETWORKS)
def test_specification_follows_from_the_beats(fusion: Fusion, database: Path) -> None:
    job = job_in(database, fusion=fusion)
    assert job.spec(job.load("train")) == spec_of(fusion)


def test_fingerprint_does_not_change_with_the_seeds(database: Path) -> None:
    other = job_in(database, train=train_with(seeds=(7,)))
    assert job_in(database).fingerprint() == other.fingerprint()


@pytest.mark.parametrize(
    "change",
    [
        {"fusion": "late"},
        {"model": dataclasses.replace(MODEL, dropout=0.1)},
        {"block": block_with(alpha_init=-1.0)},
        {"train": train_with(learning_rate=0.02)},
        {"train": train_with(epochs=4)},
        {"augment": augment_with(polarity=0.1)},
    ],
    ids=["fusion", "model", "block", "learning rate", "epochs", "augment"],
)
def test_fingerprint_changes_with_a_parameter(change: dict[str, object], database: Path) -> None:
    job = job_in(database)
    assert job.fingerprint() != dataclasses.replace(job, **change).fingerprint()


@pytest.mark.parametrize("split", ["train", "valid"])
@pytest.mark.parametrize(
    "name",
    [
        "beats/{}/ecg.npy",
        "beats/{}/comparison.npy",
        "beats/{}/beats.csv",
        "rr/{}/features.npy",
    ],
)
def test_fingerprint_changes_with_the_content_of_input_files(
    name: str, split: str, tmp_path: Path
) -> None:
    write_splits(tmp_path, n_beats=8)
    job = job_in(tmp_path)
    before = job.fingerprint()
    path = tmp_path / name.format(split)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert job.fingerprint() != before


@pytest.mark.parametrize(
    ("fusion", "unread"),
    [
        ("waveform", ["rr/train/features.npy", "rr/valid/features.npy"]),
        ("rr", ["beats/train/ecg.npy", "beats/valid/comparison.npy"]),
        ("hybrid", []),
    ],
)
def test_fingerprint_depends_only_on_files_that_the_network_reads(
    fusion: Fusion, unread: list[str], tmp_path: Path
) -> None:
    write_splits(tmp_path, n_beats=8)
    job = job_in(tmp_path, fusion=fusion)
    before = job.fingerprint()
    for name in (*unread, "beats/test/ecg.npy", "rr/test/features.npy"):
        array = np.load(tmp_path / name)
        np.save(tmp_path / name, array + 1)
    assert job.fingerprint() == before
