"""The bridge stage: every row of the bridge on the folds of DS1. It does not read DS2."""

import dataclasses
import shutil
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ecgfuse.classes import CLASSES
from ecgfuse.engine.checkpoint import fingerprint
from ecgfuse.engine.processes import process_pool
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.evaluate.metrics import MACRO, summarise
from ecgfuse.pipeline.files import atomic_file
from ecgfuse.pipeline.results import write_results
from ecgfuse.studies.folds.data import patient_folds
from ecgfuse.studies.published.bridge_data import DS1, BridgeFolders, load_bridge
from ecgfuse.studies.published.bridge_rows import BridgeRow, bridge
from ecgfuse.studies.published.bridge_train import BridgeSettings, predict_without
from ecgfuse.studies.published.config import BridgeConfig


@dataclass(frozen=True)
class _Task:
    row: BridgeRow
    seed: int
    fold: int
    held_out: np.ndarray
    """(n_beats,) bool."""


def cross_bridge(
    config: BridgeConfig,
    *,
    settings: BridgeSettings,
    folders: BridgeFolders,
    checkpoints: Path,
    workers: int,
    results: Path,
    metrics: Path,
) -> None:
    """Score every row on patients held out within DS1, pooled over the folds.

    Args:
        folders: of the beats.
        checkpoints: folder for finished folds of an interrupted run.
        workers: trainings in parallel; results do not depend on it.
        results: JSON, by name of the row: "change", "seeds", "mean" and "sd" over the seeds.
        metrics: JSON of the headline.

    Raises:
        ValueError: a file is missing, or a training failed.
    """
    beats = load_bridge(folders)
    labels = beats.labels.numpy()
    assigned = patient_folds(beats.records, labels, n_folds=config.n_folds)
    held_out = [np.isin(beats.records, fold) for fold in assigned]
    rows = bridge()
    tasks = [
        _Task(row, seed, fold, held_out[fold])
        for row, seed, fold in product(rows, config.seeds, range(config.n_folds))
    ]
    folder = checkpoints / "bridge" / _fingerprint(config, settings, folders)
    run = partial(_run, settings=settings, folders=folders, checkpoints=folder)
    probabilities = {row.name: np.zeros((len(config.seeds), len(labels), 4)) for row in rows}
    with process_pool(workers) as pool:
        bar = tqdm(pool.map(run, tasks), total=len(tasks), unit="fold", disable=None)
        for task, predicted in zip(tasks, bar, strict=True):
            seed = config.seeds.index(task.seed)
            probabilities[task.row.name][seed, task.held_out] = predicted
    found = {
        row.name: {
            "change": row.change,
            "seeds": len(config.seeds),
            "beats": len(labels),
            **_summary(labels, probabilities[row.name]),
        }
        for row in rows
    }
    headline = tuple(f"*.{part}.{name}" for part in ("mean", "sd") for name in MACRO)
    write_results(found, results=results, metrics=metrics, headline=headline)
    shutil.rmtree(folder, ignore_errors=True)


def _summary(labels: np.ndarray, probabilities: np.ndarray) -> dict[str, object]:
    scores = summarise(labels, probabilities, classes=CLASSES, split="train and split.valid")
    return {part: scores[part] for part in ("mean", "sd")}


def _run(
    task: _Task, *, settings: BridgeSettings, folders: BridgeFolders, checkpoints: Path
) -> np.ndarray:
    """One fold, in a process of the pool; its predictions are kept until all are done."""
    use_one_thread()
    name = f"{task.row.name}-{task.seed}-{task.fold}"
    finished = checkpoints / f"{name}.npy"
    if finished.is_file():
        done: np.ndarray = np.load(finished)
        return done
    predicted = predict_without(
        task.row,
        load_bridge(folders),
        held_out=task.held_out,
        seed=task.seed,
        settings=settings,
        checkpoint=checkpoints / f"{name}.pt",
    )
    with atomic_file(finished) as temporary, temporary.open("wb") as file:
        np.save(file, predicted)
    (checkpoints / f"{name}.pt").unlink(missing_ok=True)
    return predicted


def _fingerprint(config: BridgeConfig, settings: BridgeSettings, folders: BridgeFolders) -> str:
    roots = (folders.prepared, folders.beats, folders.rr)
    files = [
        path
        for root in roots
        for split in DS1
        for path in sorted((root / split).rglob("*"))
        if path.is_file()
    ]
    described = {"bridge": dataclasses.asdict(config), **dataclasses.asdict(settings)}
    return fingerprint(described, files=files)
