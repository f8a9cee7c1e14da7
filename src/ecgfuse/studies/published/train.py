"""The train stage: every row with every seed, one single-threaded process per network."""

import dataclasses
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import torch
from tqdm import tqdm

from ecgfuse.datasets.arrays import require_file
from ecgfuse.datasets.beats import require_all_classes
from ecgfuse.engine.checkpoint import fingerprint, save_checkpoint
from ecgfuse.engine.device import Precision
from ecgfuse.engine.processes import process_pool, report_progress
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.studies.published.beats import RRBetween
from ecgfuse.studies.published.config import PublishedConfig
from ecgfuse.studies.published.data import PublishedBeats, load_published
from ecgfuse.studies.published.rows import ROWS
from ecgfuse.studies.published.training import (
    MACNN_FULL,
    RESUNET_FULL,
    Budget,
    PublishedTraining,
)


@dataclass(frozen=True, kw_only=True)
class Task:
    """The training of one network."""

    row: str
    """Name out of ROWS."""
    seed: int
    rr_between: RRBetween
    budget: Budget
    full: bool
    """Whether the budget is that of the study."""

    @property
    def name(self) -> str:
        """Of its file, without ending."""
        return f"{run_name(self.row, full=self.full)}-{self.seed}"


def run_name(row: str, *, full: bool) -> str:
    """Name of a row in files and results: *_full with the published budget."""
    return f"{row}_full" if full else row


def plan(config: PublishedConfig) -> list[Task]:
    """All trainings, the longest first."""
    full = {"macnn": MACNN_FULL, "resunet": RESUNET_FULL}
    runs = [(row, seed, True) for row in config.full_rows for seed in config.full_seeds]
    by_length = sorted(config.rows, key=lambda row: ROWS[row].backbone == "macnn")
    runs += [(row, seed, False) for row in by_length for seed in config.seeds]
    return [
        Task(
            row=row,
            seed=seed,
            rr_between=ROWS[row].rr_between or config.rr_between,
            budget=full[ROWS[row].backbone]
            if is_full
            else reduced_budget(config, backbone=ROWS[row].backbone),
            full=is_full,
        )
        for row, seed, is_full in runs
    ]


def reduced_budget(config: PublishedConfig, *, backbone: Literal["macnn", "resunet"]) -> Budget:
    """The budget of the parameters."""
    if backbone == "macnn":
        return Budget(epochs=config.macnn_epochs, batch_size=config.macnn_batch, halve_every=0)
    return Budget(
        epochs=config.resunet_epochs,
        batch_size=config.resunet_batch,
        halve_every=config.resunet_halve_every,
    )


def run_names(tasks: Sequence[Task]) -> list[str]:
    """Rows in the order of ROWS, each followed by itself with the full budget."""
    run = {run_name(task.row, full=task.full) for task in tasks}
    return [n for row in ROWS for n in (row, run_name(row, full=True)) if n in run]


def train_all(
    config: PublishedConfig, *, prepared: Path, out: Path, checkpoints: Path, workers: int
) -> None:
    """Train all rows and keep, of each network, the checkpoints that the four rules name.

    Interrupted, it resumes each network after its last finished epoch.

    Args:
        prepared: output folder of `prepare`; of it, train/ and valid/ are read.
        out: gets NAME-SEED.pt, one per network: the chosen weights and the training curve.
        checkpoints: folder for the states of unfinished runs.
        workers: networks trained in parallel; results do not depend on it.

    Raises:
        ValueError: a split lacks a class, or a loss is not finite.
    """
    tasks = plan(config)
    n_beats = len(_load(prepared, "train", tasks[0]))
    bar = tqdm(
        total=sum(task.budget.epochs for task in tasks) * n_beats,
        desc="train as published",
        unit="beat",
        unit_scale=True,
        disable=None,
    )
    folder = checkpoints / "published"
    with bar, process_pool(workers, progress=bar.update) as pool, atomic_folder(out) as written:
        run = partial(train_one, prepared=prepared, checkpoints=folder, precision=config.precision)
        states = list(pool.map(run, tasks))
        for task, state in zip(tasks, states, strict=True):
            shutil.copyfile(state, written / f"{task.name}.pt")
    _remove(states)


def train_one(task: Task, *, prepared: Path, checkpoints: Path, precision: Precision) -> Path:
    """Train one network; its file is written beside its checkpoint and kept until all are done."""
    use_one_thread()
    finished = checkpoints / _fingerprint(task, prepared, precision) / "finished.pt"
    if finished.is_file():
        return finished
    training = PublishedTraining(
        ROWS[task.row],
        train=_load(prepared, "train", task),
        valid=_load(prepared, "valid", task),
        budget=task.budget,
        seed=task.seed,
        precision=precision,
    )
    training.fit(
        epochs=task.budget.epochs,
        checkpoint=finished.with_name("epoch.pt"),
        progress=report_progress,
    )
    kept = {
        "epochs": dict(training.epoch_by_rule),
        "weights": training.weights_by_epoch,
        "history": training.history,
    }
    save_checkpoint(kept, finished)
    return finished


def _load(prepared: Path, split: str, task: Task) -> PublishedBeats:
    beats = load_published(
        prepared, split, option=ROWS[task.row].option, rr_between=task.rr_between
    )
    require_all_classes(beats.labels.numpy(), split=split)
    return beats


def _fingerprint(task: Task, prepared: Path, precision: Precision) -> str:
    """Folder name of a task; equal names have equal results."""
    folders = [prepared / split / task.rr_between for split in ("train", "valid")]
    files = [path for folder in folders for path in sorted(folder.iterdir())]
    return fingerprint({**dataclasses.asdict(task), "precision": precision}, files=files)


def _remove(finished: Sequence[Path]) -> None:
    for path in finished:
        shutil.rmtree(path.parent, ignore_errors=True)


def load_trained(path: Path) -> dict[str, Any]:
    """Read a file of `train_all`: {"epochs": by rule, "weights": by epoch, "history"}.

    Raises:
        ValueError: it does not exist.
    """
    require_file(path)
    trained: dict[str, Any] = torch.load(path, weights_only=True, map_location="cpu")
    return trained
