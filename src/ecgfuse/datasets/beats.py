"""The beats of one split: waveforms as an array, where they come from as a table."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.arrays import load_array
from ecgfuse.records.annotations import CLASSES

_MAKE_AGAIN = "dvc repro --force preprocess"
"""What makes a file that is gone from a folder that is there."""


@dataclass(frozen=True)
class BeatSet:
    """Beats of several records, in order of record and time."""

    ecg: np.ndarray
    """(n_beats, n_signal_rows, length) float32: the rows of preprocess.rows."""
    comparison: np.ndarray
    """(n_beats, n_comparisons) float32: with the patient's median beat; none, six, or twelve with
    those of a second lead."""
    annotated: pd.DataFrame
    """All annotated beats: record, sample (of the R peak, at the pipeline's fs), time_s, symbol,
    label, and used: 1 for the rows that `ecg` holds."""

    def __post_init__(self) -> None:
        n_used = self.annotated["used"].sum()
        assert len(self.ecg) == len(self.comparison) == n_used, "waveforms and rows disagree"

    def __len__(self) -> int:
        return len(self.ecg)

    @property
    def table(self) -> pd.DataFrame:
        """The rows of `annotated` that `ecg` holds, (n_beats,) rows."""
        return used_beats(self.annotated)

    @property
    def labels(self) -> np.ndarray:
        """(n_beats,) int64, indices into CLASSES."""
        return self.table["label"].to_numpy()

    @property
    def records(self) -> np.ndarray:
        """(n_beats,) names of the records."""
        return self.table["record"].to_numpy(dtype=str)


def used_beats(annotated: pd.DataFrame) -> pd.DataFrame:
    """The rows of a beat table that are classified, counted from 0."""
    return annotated[annotated["used"] == 1].reset_index(drop=True)


def save_beats(beats: BeatSet, folder: Path) -> None:
    """Write ecg.npy, comparison.npy and beats.csv into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "ecg.npy", beats.ecg)
    np.save(folder / "comparison.npy", beats.comparison)
    beats.annotated.to_csv(
        folder / "beats.csv", index=False, float_format="%.6f", lineterminator="\n"
    )


def load_beats(folder: Path) -> BeatSet:
    """Read what `save_beats` wrote.

    Raises:
        ValueError: a file is not there.
    """
    annotated = load_beat_table(folder)
    return BeatSet(
        ecg=load_array(folder / "ecg.npy", made_by=_MAKE_AGAIN),
        comparison=load_array(folder / "comparison.npy", made_by=_MAKE_AGAIN),
        annotated=annotated,
    )


def load_beat_table(folder: Path) -> pd.DataFrame:
    """Read beats.csv alone: all annotated beats.

    Raises:
        ValueError: the file is not there.
    """
    path = folder / "beats.csv"
    if not path.is_file():
        raise ValueError(f"{path}: no such file; make it with 'dvc repro preprocess'")
    return pd.read_csv(path, dtype={"record": str, "symbol": str}, keep_default_na=False)


def require_all_classes(labels: np.ndarray, *, split: str) -> None:
    """Refuse a split in which one of the four classes has no beat.

    Raises:
        ValueError: names class, split and cure.
    """
    counts = np.bincount(labels, minlength=len(CLASSES))
    absent = [name for name, count in zip(CLASSES, counts, strict=True) if count == 0]
    if absent:
        raise ValueError(
            f"split.{split} holds no beat of class {', '.join(absent)}; add a record that has "
            f"some to split.{split} in params.yaml"
        )
