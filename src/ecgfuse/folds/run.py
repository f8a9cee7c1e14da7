"""The folds stage: the patients of DS1, each predicted by networks that never saw them -> scores.

Settings are chosen by these scores. Neither the test records nor a checkpoint chosen on held-out
patients has a part in them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.datasets.inputs import Inputs, LabelledInputs, load_inputs
from ecgfuse.evaluate.metrics import summarise
from ecgfuse.files import atomic_file
from ecgfuse.folds.config import FoldsConfig
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.models.store import NetworkSpec
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.folds import patient_folds, predict_fold
from ecgfuse.workers import process_pool

DS1 = ("train", "valid")
"""The splits whose patients are dealt to folds."""


@dataclass(frozen=True, kw_only=True)
class FoldsJob:
    """What the cross-validation of one setting needs."""

    beats: Path
    """Output folder of `preprocess`; of it, train/ and valid/ are read."""
    rr: Path
    """Output folder of `rr`; of it, train/ and valid/ are read."""
    noisy_beats: Path
    """Output folder of `noisy_beats`, read where augment.noisy_beats is on."""
    model: ModelConfig
    attention: FusionConfig | None
    """None in early fusion."""
    train: TrainConfig
    augment: AugmentConfig
    folds: FoldsConfig

    def load(self) -> LabelledInputs:
        """All beats of DS1, those of the training patients first."""
        parts = [
            load_inputs(
                split,
                beats=self.beats,
                rr=self.rr,
                fusion=self.folds.fusion,
                noisy_beats=self.noisy_beats if self.augment.noisy_beats else None,
            )
            for split in DS1
        ]
        twins = [part.noisy for part in parts if part.noisy is not None]
        return LabelledInputs(
            inputs=_join([part.inputs for part in parts]),
            labels=torch.cat([part.labels for part in parts]),
            patients=torch.from_numpy(np.unique(self.records(), return_inverse=True)[1]),
            noisy=_join(twins) if twins else None,
        )

    def records(self) -> np.ndarray:
        """(n_beats,) names of the records of these beats."""
        tables = [used_beats(load_beat_table(self.beats / split)) for split in DS1]
        return np.concatenate([table["record"].to_numpy(dtype=str) for table in tables])


def _join(parts: Sequence[Inputs]) -> Inputs:
    return Inputs(*(torch.cat(of_splits) for of_splits in zip(*parts, strict=True)))


def cross_validate(job: FoldsJob, *, workers: int, dataset: Path, out: Path) -> None:
    """Score a setting on all patients of DS1, pooled over the folds.

    Args:
        workers: folds trained at once, each in one thread; the result does not depend on it.
        dataset: dataset.json of the download stage.
        out: JSON. The scores of `summarise`, means over the seeds, and with several seeds their
            standard deviation under "sd".

    Raises:
        ValueError: something is missing or does not fit, DS1 lacks a class, or a training failed.
    """
    labels, records = job.load().labels.numpy(), job.records()
    probabilities = predict_held_out(job, records=records, labels=labels, workers=workers)
    scores = summarise(labels, probabilities, split="train and split.valid")
    origin = json.loads(dataset.read_text())
    metrics: dict[str, Any] = {
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
        metrics["sd"] = scores["sd"]
    with atomic_file(out) as temporary:
        temporary.write_text(json.dumps(metrics, indent=2) + "\n")


def predict_held_out(
    job: FoldsJob, *, records: np.ndarray, labels: np.ndarray, workers: int
) -> np.ndarray:
    """Predict every beat by networks that never saw its patient.

    Args:
        records, labels: (n_beats,), of the beats of `job.load()`.

    Returns:
        Probabilities, (n_seeds, n_beats, n_classes).
    """
    folds = patient_folds(records, labels, n_folds=job.folds.n_folds)
    seeds, masks = job.folds.seeds, [np.isin(records, fold) for fold in folds]
    tasks = list(product(range(len(seeds)), masks))
    probabilities = np.zeros((len(seeds), len(labels), 4))
    bar = tqdm(total=len(tasks), desc=f"folds {job.folds.fusion}", unit="fold", disable=None)
    with process_pool(workers) as pool, bar:
        waiting = [pool.submit(_predict, job, seeds[index], mask) for index, mask in tasks]
        for (index, mask), predicted in zip(tasks, waiting, strict=True):
            probabilities[index, mask] = predicted.result()
            bar.update()
    return probabilities


def _predict(job: FoldsJob, seed: int, held_out: np.ndarray) -> np.ndarray:
    """One fold, in a process of the pool."""
    data = job.load()
    spec = NetworkSpec.for_beats(
        data.inputs, fusion=job.folds.fusion, model=job.model, attention=job.attention
    )
    return predict_fold(
        spec, data=data, held_out=held_out, config=job.train, augment=job.augment, seed=seed
    )
