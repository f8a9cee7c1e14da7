"""What a model says of the beats of a split: a table for people, all seeds for statistics."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.evaluate.curves import write_table
from ecgfuse.files import atomic_file
from ecgfuse.records.annotations import CLASSES

ATTENTION = "attention.npy"
"""Mean attention of the seeds on the test beats, (n_beats, num_heads, n_tokens)."""
GATES = "gates.npz"
"""gates, (n_seeds, emb_dim) in (0, 1), and alpha_init, where they started."""


@dataclass(frozen=True)
class Predictions:
    """What the models of all seeds say of the same beats."""

    probabilities: np.ndarray
    """(n_seeds, n_beats, 4)"""
    attention: np.ndarray | None
    """(n_beats, num_heads, n_tokens), the mean over the seeds; None in a network without."""

    @property
    def ensemble(self) -> np.ndarray:
        """Mean probability over the seeds, (n_beats, 4)."""
        return self.probabilities.mean(axis=0)


@dataclass(frozen=True)
class SeedPredictions:
    """The labelled beats of a split and what the models of all seeds say of them."""

    records: np.ndarray
    """(n_beats,) names of the records."""
    labels: np.ndarray
    """(n_beats,) int, indices into CLASSES."""
    probabilities: np.ndarray
    """(n_seeds, n_beats, 4)"""


def save_predictions(beats: pd.DataFrame, probabilities: np.ndarray, *, table: Path) -> None:
    """Write the ensemble as CSV, and all seeds beside it as NPY, (n_seeds, n_beats, 4) float32.

    Args:
        beats: (n_beats,) rows with record, sample, time_s, symbol, label.
        probabilities: (n_seeds, n_beats, 4).
        table: the CSV; the other file has its name with the ending .npy.
    """
    write_table(prediction_table(beats, probabilities.mean(axis=0)), table)
    with atomic_file(table.with_suffix(".npy")) as temporary, temporary.open("wb") as file:
        np.save(file, probabilities.astype(np.float32))


def load_predictions(table: Path) -> SeedPredictions:
    """Read both files that `save_predictions` wrote.

    Raises:
        ValueError: one of them is missing, or they do not belong together.
    """
    every_seed = table.with_suffix(".npy")
    for path in (table, every_seed):
        if not path.is_file():
            raise ValueError(f"{path}: no such file; make it with 'dvc repro predict'")
    beats = pd.read_csv(table, dtype={"record": str}, usecols=["record", "actual"])
    probabilities = np.load(every_seed)
    if probabilities.shape[1:] != (len(beats), len(CLASSES)):
        raise ValueError(
            f"{every_seed}: probabilities have shape {probabilities.shape}, but {table.name} has "
            f"{len(beats)} beats; make both again with 'dvc repro --force predict'"
        )
    number = {name: index for index, name in enumerate(CLASSES)}
    return SeedPredictions(
        records=beats["record"].to_numpy(dtype=str),
        labels=beats["actual"].map(number).to_numpy(dtype=np.int64),
        probabilities=probabilities,
    )


def prediction_table(beats: pd.DataFrame, probabilities: np.ndarray) -> pd.DataFrame:
    """The beats with class, predicted class and probabilities, one row a beat.

    Args:
        beats: (n_beats,) rows with record, sample, time_s, symbol, label.
        probabilities: (n_beats, 4).
    """
    names = np.array([*CLASSES, "-"])  # UNLABELLED is -1, the last
    table = beats[["record", "sample", "time_s", "symbol"]].copy()
    table["actual"] = names[beats["label"].to_numpy()]
    table["predicted"] = names[probabilities.argmax(axis=1)]
    for index, name in enumerate(CLASSES):
        table[f"p_{name}"] = probabilities[:, index]
    return table
