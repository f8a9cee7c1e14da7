"""The beats of DS1, and the assignment of its patients to folds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import torch

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.beats import load_beat_table, used_beats
from ecgfuse.datasets.inputs import Inputs, LabelledInputs
from ecgfuse.train.seeds import TrainingJob

DS1 = ("train", "valid")
"""The splits whose patients are assigned to folds."""


def load_ds1(job: TrainingJob) -> LabelledInputs:
    """All beats of DS1, those of the training patients first."""
    parts = [job.read(split, in_noise=True) for split in DS1]
    records = ds1_table(job)["record"].to_numpy(dtype=str)
    twins = [part.noisy for part in parts if part.noisy is not None]
    return LabelledInputs(
        inputs=_join([part.inputs for part in parts]),
        labels=torch.cat([part.labels for part in parts]),
        patients=torch.from_numpy(np.unique(records, return_inverse=True)[1]),
        noisy=_join(twins) if twins else None,
    )


def ds1_table(job: TrainingJob) -> pd.DataFrame:
    """The rows of beats.csv of the beats of `load_ds1`, in that order; no waveform is read."""
    tables = [used_beats(load_beat_table(job.beats / split)) for split in DS1]
    return pd.concat(tables, ignore_index=True)


def _join(parts: Sequence[Inputs]) -> Inputs:
    return Inputs(*(torch.cat(of_splits) for of_splits in zip(*parts, strict=True)))


def patient_folds(records: np.ndarray, labels: np.ndarray, *, n_folds: int) -> list[list[str]]:
    """Assign the records to folds so that each fold has its share of every class.

    Records are assigned one by one, those with the largest share of some class first, each to the
    fold that lacks most of what it holds.

    Args:
        records: (n_beats,) names.
        labels: (n_beats,) int.

    Returns:
        The names of the records of each fold.

    Raises:
        ValueError: n_folds is below 2 or above the number of records.
    """
    names = np.unique(records)
    if not 2 <= n_folds <= len(names):
        raise ValueError(
            f"folds.n_folds is {n_folds}, but must lie between 2 and the number of records, "
            f"{len(names)}"
        )
    counts = np.array(
        [np.bincount(labels[records == name], minlength=len(CLASSES)) for name in names]
    )
    shares = counts / np.maximum(counts.sum(axis=0), 1)  # (n_records, n_classes)
    folds: list[list[str]] = [[] for _ in range(n_folds)]
    held = np.zeros((n_folds, shares.shape[1]))
    for record in np.argsort(-shares.max(axis=1), kind="stable"):
        overflow = np.square(held + shares[record]).sum(axis=1) - np.square(held).sum(axis=1)
        fewest = min(map(len, folds))
        open_folds = [i for i, fold in enumerate(folds) if len(fold) <= fewest + 1]
        chosen = min(open_folds, key=lambda fold: (overflow[fold], len(folds[fold])))
        folds[chosen].append(str(names[record]))
        held[chosen] += shares[record]
    return folds
