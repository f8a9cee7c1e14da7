"""Seeds trained in processes: same weights however many at once, and however they are stopped."""

import dataclasses
import os
import pickle
import signal
import subprocess
import sys
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
    ATTENTION,
    MODEL,
    assert_identical,
    attention_with,
    augment_with,
    job_in,
    made_up_beats,
    train_with,
    write_split,
    write_splits,
)

from ecgfuse.train.checkpoint import load_checkpoint
from ecgfuse.train.loop import Progress, TrainedSeed, train_seed
from ecgfuse.train.seeds import TrainingJob, train_seeds

LONG = train_with(epochs=12, average=0.9, checkpoint="best")
"""Long enough to be stopped midway, with all that a resumed training has to restore."""

STAGE = """
import pickle, signal, sys
from ecgfuse.stage import run_stage
from ecgfuse.train import seeds

def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs the tests may ignore it
    with open(sys.argv[1], "rb") as file:
        job = pickle.load(file)
    seeds.train_seeds(job, workers=1)

run_stage(main)
"""

INTERRUPTED = "\n-c: interrupted; 'dvc repro' continues where it stopped\n"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("database")
    write_splits(folder, n_beats=48)
    return folder


def long_job(database: Path, tmp_path: Path, *, seeds: tuple[int, ...] = (1,)) -> TrainingJob:
    """A long training with checkpoints of its own."""
    train, augment = dataclasses.replace(LONG, seeds=seeds), augment_with(white_noise=0.1)
    job = job_in(database, train=train, augment=augment)
    return dataclasses.replace(job, checkpoints=tmp_path / "checkpoints")


def train_here(
    job: TrainingJob, seed: int, *, progress: Progress = lambda n_beats: None
) -> TrainedSeed:
    """Train one seed, or what is left of it, in this process."""
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
def undisturbed(database: Path, tmp_path_factory: pytest.TempPathFactory) -> list[TrainedSeed]:
    """Seeds 1 and 2, one after the other, in one go and in this process."""
    job = long_job(database, tmp_path_factory.mktemp("undisturbed"))
    return [train_here(job, seed) for seed in (1, 2)]


def assert_same(trained: list[TrainedSeed], expected: list[TrainedSeed]) -> None:
    assert_identical([*map(dataclasses.asdict, trained)], [*map(dataclasses.asdict, expected)])


def checkpoints_of(job: TrainingJob) -> list[Path]:
    return list(job.checkpoints.glob("*/seed-1.pt"))


def stop_training(
    job: TrainingJob, stop: Callable[[int], None]
) -> subprocess.CompletedProcess[str]:
    """Train in another process group, and stop it, given its id, after its first epoch.

    Returns when every process that holds the pipes has ended, so the training process too.
    """
    job.checkpoints.mkdir()
    description = job.checkpoints / "job"
    description.write_bytes(pickle.dumps(job))
    with subprocess.Popen(
        [sys.executable, "-c", STAGE, str(description)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        while not checkpoints_of(job):
            assert process.poll() is None
            time.sleep(0.002)
        stop(process.pid)
        out, err = process.communicate(timeout=30)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@contextmanager
def signal_to_process(number: int, *, when: Callable[[], bool]) -> Iterator[None]:
    """Send a signal to the next training process, as soon as a condition holds."""
    started: Queue[int] = Queue()
    start = SpawnProcess.start

    def start_and_tell(process: SpawnProcess) -> None:
        start(process)
        assert process.pid is not None
        started.put(process.pid)

    def send() -> None:
        pid = started.get(timeout=30)
        while not when():
            time.sleep(0.002)
        os.kill(pid, number)

    sender = threading.Thread(target=send)
    sender.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SpawnProcess, "start", start_and_tell)
        yield
    sender.join()


def assert_stopped_midway(job: TrainingJob) -> None:
    (checkpoint,) = checkpoints_of(job)
    state = load_checkpoint(checkpoint)
    assert state is not None
    assert 1 <= state["epoch"] < LONG.epochs


def kill_parent(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def press_ctrl_c(pid: int) -> None:
    os.killpg(pid, signal.SIGINT)


def test_weights_do_not_depend_on_the_number_of_workers_nor_on_where_a_run_goes_on(
    database: Path, tmp_path: Path, undisturbed: list[TrainedSeed]
) -> None:
    job = long_job(database, tmp_path, seeds=(1, 2))

    def stop(n_beats: int) -> None:
        if checkpoints_of(job):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_here(job, seed=1, progress=stop)
    assert_stopped_midway(job)
    spec, trained = train_seeds(job, workers=2)
    assert (spec.model, spec.attention) == (MODEL, ATTENTION)
    assert_same(trained, undisturbed)


def test_processes_end_by_themselves_when_the_parent_is_killed_and_the_next_run_ends_identical(
    database: Path, tmp_path: Path, undisturbed: list[TrainedSeed]
) -> None:
    job = long_job(database, tmp_path)
    stop_training(job, kill_parent)
    assert_stopped_midway(job)  # its process has ended, long before it was through
    assert_same([train_here(job, seed=1)], undisturbed[:1])


def test_killed_process_is_reported_with_a_cure_and_the_next_run_ends_identical(
    database: Path, tmp_path: Path, undisturbed: list[TrainedSeed]
) -> None:
    job = long_job(database, tmp_path)
    killer = signal_to_process(signal.SIGKILL, when=lambda: bool(checkpoints_of(job)))
    message = r"seed 1 was killed.*'dvc repro' to go on.*ECGFUSE_WORKERS=1"
    with killer, pytest.raises(ValueError, match=message):
        train_seeds(job, workers=1)
    assert_stopped_midway(job)
    assert_same([train_here(job, seed=1)], undisturbed[:1])


def test_ctrl_c_ends_training_soon_and_quietly_and_the_next_run_ends_identical(
    database: Path, tmp_path: Path, undisturbed: list[TrainedSeed]
) -> None:
    job = long_job(database, tmp_path)
    pressed_at: list[float] = []

    def stop(pid: int) -> None:
        pressed_at.append(time.monotonic())
        press_ctrl_c(pid)

    stopped = stop_training(job, stop)
    assert time.monotonic() - pressed_at[0] < 5
    assert stopped.returncode == 130
    assert stopped.stderr == INTERRUPTED
    assert_stopped_midway(job)
    assert_same([train_here(job, seed=1)], undisturbed[:1])


def test_ctrl_c_is_for_the_parent_alone_even_while_a_process_starts(
    database: Path, tmp_path: Path
) -> None:
    job = long_job(database, tmp_path)
    job = dataclasses.replace(job, train=dataclasses.replace(job.train, epochs=1))
    started_at = time.monotonic()
    with signal_to_process(signal.SIGINT, when=lambda: time.monotonic() > started_at + 0.5):
        _, trained = train_seeds(job, workers=1)
    assert trained[0].epoch == 1


def test_error_in_a_process_becomes_an_error_here(tmp_path: Path) -> None:
    write_splits(tmp_path)
    ecg = np.load(tmp_path / "beats" / "train" / "ecg.npy")
    ecg[7] = np.inf
    np.save(tmp_path / "beats" / "train" / "ecg.npy", ecg)
    message = r"the loss of seed 1 is nan in epoch 1; lower train\.learning_rate"
    with pytest.raises(ValueError, match=message):
        train_seeds(job_in(tmp_path), workers=1)
    assert not active_children()


@pytest.mark.parametrize("split", ["train", "valid"])
def test_class_without_beats_is_refused_by_name_before_processes_start(
    split: str, tmp_path: Path
) -> None:
    write_splits(tmp_path)
    data = made_up_beats(64, seed=0)
    data.labels[data.labels == 3] = 0
    write_split(data, split, beats=tmp_path / "beats", rr=tmp_path / "rr")
    message = rf"split\.{split} holds no beat of class F; add a record .* to split\.{split}"
    with pytest.raises(ValueError, match=message):
        train_seeds(job_in(tmp_path), workers=2)


def test_specification_follows_from_the_beats(database: Path) -> None:
    job = job_in(database)
    spec = job.spec(job.load("train"))
    assert (spec.fusion, spec.n_signal_rows, spec.length) == ("hybrid", 2, 32)


def test_fingerprint_does_not_change_with_the_seeds(database: Path) -> None:
    other = job_in(database, train=train_with(seeds=(7,)))
    assert job_in(database).fingerprint() == other.fingerprint()


@pytest.mark.parametrize(
    "change",
    [
        {"fusion": "late"},
        {"model": dataclasses.replace(MODEL, dropout=0.1)},
        {"attention": attention_with(alpha_init=-1.0)},
        {"train": train_with(learning_rate=0.02)},
        {"train": train_with(epochs=4)},
        {"augment": augment_with(polarity=0.1)},
    ],
    ids=["fusion", "model", "attention", "learning rate", "epochs", "augment"],
)
def test_fingerprint_changes_with_a_parameter(change: dict[str, object], database: Path) -> None:
    job = job_in(database)
    assert job.fingerprint() != dataclasses.replace(job, **change).fingerprint()


@pytest.mark.parametrize("split", ["train", "valid"])
@pytest.mark.parametrize("name", ["beats/{}/ecg.npy", "beats/{}/beats.csv", "rr/{}/features.npy"])
def test_fingerprint_changes_with_the_bytes_of_what_is_read(
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


def test_fingerprint_does_not_change_with_what_the_fusion_does_not_read(tmp_path: Path) -> None:
    write_splits(tmp_path, n_beats=8)
    early, late = (job_in(tmp_path, fusion=fusion) for fusion in ("early", "late"))
    before = early.fingerprint(), late.fingerprint()
    for split in ("train", "valid"):
        np.save(tmp_path / "rr" / split / "features.npy", np.ones((8, 7), np.float32))
    assert early.fingerprint() == before[0]
    assert late.fingerprint() != before[1]
    after = late.fingerprint()
    np.save(tmp_path / "rr" / "train" / "ratios.npy", np.zeros((8, 2), np.float32))
    np.save(tmp_path / "beats" / "test" / "ecg.npy", np.zeros((8, 2, 32), np.float32))
    assert late.fingerprint() == after
    assert early.fingerprint() != before[0]
