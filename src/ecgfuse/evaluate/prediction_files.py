"""Files of predictions: the ensemble as a readable table, all seeds as an array."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.evaluate.curves import write_table

ATTENTION = "attention.npy"
"""Mean attention of the seeds on the test beats, (n_beats, num_heads, n_tokens)."""
GATES = "gates.npz"
"""gates, (n_seeds, emb_dim) in (0, 1), and alpha_init, their initial logit."""


@dataclass(frozen=True)
class Predictions:
    """Per-seed predictions for the same beats."""

    probabilities: np.ndarray
    """(n_seeds, n_beats, n_classes)"""
    attention: np.ndarray | None
    """(n_beats, num_heads, n_tokens), the mean over the seeds; None for networks without it."""

    @property
    def ensemble(self) -> np.ndarray:
        """Mean probability over the seeds, (n_beats, n_classes)."""
        return self.probabilities.mean(axis=0)


@dataclass(frozen=True)
class SeedPredictions:
    """The labelled beats of a split and their per-seed predictions, as read from the files."""

    records: np.ndarray
    """(n_beats,) names of the records."""
    labels: np.ndarray
    """(n_beats,) int, indices into the classes."""
    probabilities: np.ndarray
    """(n_seeds, n_beats, n_classes)"""


def save_predictions(
    beats: pd.DataFrame, probabilities: np.ndarray, *, classes: Sequence[str], table: Path
) -> None:
    """Write the ensemble as CSV, and all seeds beside it as NPY, float32.

    Args:
        beats: (n_beats,) rows with record, sample, time_s, symbol, label.
        probabilities: (n_seeds, n_beats, n_classes).
        table: the CSV; the other file has its name with the suffix .npy.
    """
    ensemble = prediction_table(beats, probabilities.mean(axis=0), classes=classes)
    write_table(ensemble, table)
    np.save(table.with_suffix(".npy"), probabilities.astype(np.float32))


def load_predictions(table: Path, *, classes: Sequence[str]) -> SeedPredictions:
    """Read both files that `save_predictions` wrote.

    Raises:
        ValueError: one of them is missing, or they do not belong together.
    """
    every_seed = table.with_suffix(".npy")
    for path in (table, every_seed):
        if not path.is_file():
            raise ValueError(f"{path}: no such file; run the stage that predicts the beats")
    beats = pd.read_csv(table, dtype={"record": str}, usecols=["record", "actual"])
    probabilities = np.load(every_seed)
    if probabilities.shape[1:] != (len(beats), len(classes)):
        raise ValueError(
            f"{every_seed}: probabilities have shape {probabilities.shape}, but {table.name} has "
            f"{len(beats)} beats of {len(classes)} classes; run the stage that predicts them "
            "again, with 'dvc repro --force'"
        )
    number = {name: index for index, name in enumerate(classes)}
    return SeedPredictions(
        records=beats["record"].to_numpy(dtype=str),
        labels=beats["actual"].map(number).to_numpy(dtype=np.int64),
        probabilities=probabilities,
    )


def prediction_table(
    beats: pd.DataFrame, probabilities: np.ndarray, *, classes: Sequence[str]
) -> pd.DataFrame:
    """The beats with class, predicted class and probabilities, one row per beat.

    Args:
        beats: (n_beats,) rows with record, sample, time_s, symbol, label.
        probabilities: (n_beats, n_classes).
    """
    names = np.array([*classes, "-"])  # UNLABELLED is -1, the last
    table = beats[["record", "sample", "time_s", "symbol"]].copy()
    table["actual"] = names[beats["label"].to_numpy()]
    table["predicted"] = names[probabilities.argmax(axis=1)]
    for index, name in enumerate(classes):
        table[f"p_{name}"] = probabilities[:, index]
    return table
