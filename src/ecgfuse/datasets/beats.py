"""The beats of one split: waveforms as an array, labels and origin as a table."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.datasets.arrays import load_array, require_file


@dataclass(frozen=True)
class BeatSet:
    """Beats of several records, ordered by record and time."""

    ecg: np.ndarray
    """(n_beats, n_signal_rows, length) float32, the rows listed in preprocess.rows."""
    morphology: np.ndarray
    """(n_beats, n_morphology) float32, comparisons with the patient's median beat: 0, 6, or 12
    columns (the last six for a second lead)."""
    annotated: pd.DataFrame
    """All annotated beats: record, sample (of the R peak, at preprocess.fs), time_s, symbol, label,
    and used, which is 1 for the rows included in `ecg`."""

    def __post_init__(self) -> None:
        n_used = self.annotated["used"].sum()
        assert len(self.ecg) == len(self.morphology) == n_used, "waveforms and rows disagree"

    def __len__(self) -> int:
        return len(self.ecg)

    @property
    def table(self) -> pd.DataFrame:
        """The rows of `annotated` included in `ecg`, (n_beats,) rows."""
        return used_beats(self.annotated)

    @property
    def labels(self) -> np.ndarray:
        """(n_beats,) int64, indices into CLASSES."""
        return self.table["label"].to_numpy()

    @property
    def records(self) -> np.ndarray:
        """(n_beats,) record names."""
        return self.table["record"].to_numpy(dtype=str)


def used_beats(annotated: pd.DataFrame) -> pd.DataFrame:
    """The rows of a beat table that are classified, with a new index from 0."""
    return annotated[annotated["used"] == 1].reset_index(drop=True)


def save_beats(beats: BeatSet, folder: Path) -> None:
    """Write ecg.npy, comparison.npy (morphology) and beats.csv; creates the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "ecg.npy", beats.ecg)
    np.save(folder / "comparison.npy", beats.morphology)
    beats.annotated.to_csv(
        folder / "beats.csv", index=False, float_format="%.6f", lineterminator="\n"
    )


def load_beats(folder: Path) -> BeatSet:
    """Read the files written by `save_beats`.

    Raises:
        ValueError: a file does not exist.
    """
    annotated = load_beat_table(folder)
    return BeatSet(
        ecg=load_array(folder / "ecg.npy"),
        morphology=load_array(folder / "comparison.npy"),
        annotated=annotated,
    )


def load_beat_table(folder: Path) -> pd.DataFrame:
    """Read only beats.csv: all annotated beats.

    Raises:
        ValueError: the file does not exist.
    """
    path = folder / "beats.csv"
    require_file(path)
    return pd.read_csv(path, dtype={"record": str, "symbol": str}, keep_default_na=False)


def require_all_classes(labels: np.ndarray, *, split: str) -> None:
    """Raise an error if one of the four classes has no beat in a split.

    Raises:
        ValueError: names class, split and cure.
    """
    counts = np.bincount(labels, minlength=len(CLASSES))
    absent = [name for name, count in zip(CLASSES, counts, strict=True) if count == 0]
    if absent:
        raise ValueError(
            f"split.{split} has no beat of class {', '.join(absent)}; add a record that has some "
            f"to split.{split}"
        )
