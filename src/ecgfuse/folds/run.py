"""The folds stage: the patients of DS1, each predicted by networks that never saw them -> scores.

Settings are chosen by these scores. Neither the test records nor a checkpoint chosen on held-out
patients has a part in them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import torch
from tqdm import tqdm

from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.evaluate.metrics import MACRO, summarise
from ecgfuse.folds.config import FoldsConfig
from ecgfuse.models.backbone import Backbone
from ecgfuse.params import require
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.pretrain.run import UnlabelledBeats, pretrain_backbone
from ecgfuse.results import write_results
from ecgfuse.train.compute import use_one_thread
from ecgfuse.train.folds import patient_folds, predict_fold
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.workers import process_pool

DS1 = ("train", "valid")
"""The splits whose patients are dealt to folds."""
_HEADLINE = ("data.*", "seeds", *MACRO, "*.f1", "*.auprc")


@dataclass(frozen=True, kw_only=True)
class FoldsJob:
    """What the cross-validation of one setting needs."""

    training: TrainingJob
    """Of the fusion; of its beats, train/ and valid/ are read. Its backbone is pretrained anew for
    each fold, and its seeds are those of `folds`."""
    pretrain: PretrainConfig
    folds: FoldsConfig

    def __post_init__(self) -> None:
        require(
            self.pretrain.objective == "none" or self.folds.n_folds >= 3,
            field="folds.n_folds",
            value=self.folds.n_folds,
            cure="must be 3 or more with pretraining: of every fold the next one ends it",
        )

    def load(self) -> LabelledInputs:
        """All beats of DS1, those of the training patients first."""
        parts = [self.training.read(split, in_noise=True) for split in DS1]
        records = self.table()["record"].to_numpy(dtype=str)
        twins = [part.noisy for part in parts if part.noisy is not None]
        return LabelledInputs(
            inputs=_join([part.inputs for part in parts]),
            labels=torch.cat([part.labels for part in parts]),
            patients=torch.from_numpy(np.unique(records, return_inverse=True)[1]),
            noisy=_join(twins) if twins else None,
        )

    def table(self) -> pd.DataFrame:
        """The rows of beats.csv of these beats, (n_beats,) rows; no waveform is read."""
        beats = self.training.beats
        tables = [used_beats(load_beat_table(beats / split)) for split in DS1]
        return pd.concat(tables, ignore_index=True)


def _join(parts: Sequence[Inputs]) -> Inputs:
    return Inputs(*(torch.cat(of_splits) for of_splits in zip(*parts, strict=True)))


def cross_validate(
    job: FoldsJob, *, workers: int, dataset: Path, results: Path, metrics: Path
) -> None:
    """Score a setting on all patients of DS1, pooled over the folds.

    Args:
        workers: folds trained at once, each in one thread; the result does not depend on it.
        dataset: dataset.json of the download stage.
        results: JSON. The scores of `summarise`, means over the seeds, and with several seeds their
            standard deviation under "sd".
        metrics: JSON of the headline.

    Raises:
        ValueError: something is missing or does not fit, DS1 lacks a class, or a training failed.
    """
    table = job.table()
    labels, records = table["label"].to_numpy(), table["record"].to_numpy(dtype=str)
    probabilities = predict_held_out(job, records=records, labels=labels, workers=workers)
    scores = summarise(labels, probabilities, split="train and split.valid")
    origin = json.loads(dataset.read_text())
    found: dict[str, Any] = {
        "data": {
            "database": origin["database"],
            "kind": origin["kind"],
            "beats": len(labels),
            "records": len(np.unique(records)),
        },
        "seeds": len(job.folds.seeds),
        **scores["mean"],
    }
    if len(job.folds.seeds) > 1:
        found["sd"] = scores["sd"]
    write_results(
        found,
        results=results,
        metrics=metrics,
        headline=(*_HEADLINE, *(["sd.*"] if "sd" in found else [])),
    )


def predict_held_out(
    job: FoldsJob, *, records: np.ndarray, labels: np.ndarray, workers: int
) -> np.ndarray:
    """Predict every beat by networks that never saw its patient.

    Args:
        records, labels: (n_beats,), of the beats of `job.load()`.

    Returns:
        Probabilities, (n_seeds, n_beats, n_classes).
    """
    dealt = patient_folds(records, labels, n_folds=job.folds.n_folds)
    seeds, folds = job.folds.seeds, [np.isin(records, fold) for fold in dealt]
    next_folds = folds[1:] + folds[:1]
    tasks = list(product(range(len(seeds)), range(len(folds))))
    probabilities = np.zeros((len(seeds), len(labels), 4))
    bar = tqdm(total=len(tasks), desc=f"folds {job.training.fusion}", unit="fold", disable=None)
    with process_pool(workers) as pool, bar:
        backbones = list(pool.map(partial(pretrain_without, job), folds, next_folds))
        done = pool.map(
            partial(_predict, job),
            [seeds[seed] for seed, _ in tasks],
            [folds[fold] for _, fold in tasks],
            [backbones[fold] for _, fold in tasks],
        )
        for (seed, fold), predicted in zip(tasks, done, strict=True):
            probabilities[seed, folds[fold]] = predicted
            bar.update()
    return probabilities


def pretrain_without(job: FoldsJob, held_out: np.ndarray, valid: np.ndarray) -> Backbone | None:
    """The backbone for a fold, None from scratch.

    Args:
        held_out: (n_beats,) bool, the beats of the fold, which are not read.
        valid: (n_beats,) bool, the beats of other patients that tell when to end.
    """
    if job.pretrain.objective == "none":
        return None
    use_one_thread()
    data = job.load()
    with TemporaryDirectory() as folder:
        trained = pretrain_backbone(
            _unlabelled(data, ~(held_out | valid)),
            valid=_unlabelled(data, valid),
            config=job.pretrain,
            model=job.training.model,
            checkpoint=Path(folder) / "checkpoint.pt",
        )
    return trained.encoder


def _unlabelled(data: LabelledInputs, chosen: np.ndarray) -> UnlabelledBeats:
    beats = data.at(torch.from_numpy(chosen))
    return UnlabelledBeats(ecg=beats.inputs.ecg, records=beats.patients)


def _predict(
    job: FoldsJob, seed: int, held_out: np.ndarray, backbone: Backbone | None
) -> np.ndarray:
    """One fold, in a process of the pool."""
    data = job.load()
    return predict_fold(
        job.training.spec(data),
        data=data,
        held_out=held_out,
        config=job.training.train,
        augment=job.training.augment,
        seed=seed,
        backbone=backbone,
    )
