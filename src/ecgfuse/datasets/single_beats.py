"""Single heartbeats by the method of Kachuee et al. 2018: 187 samples each, scaled to [0, 1]."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.arrays import load_array, require_file

FS = 125.0
"""Sampling rate of single beats in Hz."""
LENGTH = 187
"""Samples of a single beat, 1.496 s; a shorter beat is followed by zeros."""
BINARY = ("normal", "abnormal")
"""Names of the labels 0 and 1 where only these two are told apart."""

_TYPES = {
    "record": "str",
    "patient": "str",
    "lead": "str",
    "sample": "int64",
    "time_s": "float64",
    "label": "int64",
}
"""Columns of the table. Without them a file without beats would be read as columns of objects."""


@dataclass(frozen=True)
class SingleBeats:
    """Single beats of several recordings, ordered by recording and time."""

    ecg: np.ndarray
    """(n_beats, 187) float32 in [0, 1], from the R peak on."""
    table: pd.DataFrame
    """One row per beat: record, patient, lead, sample (of the R peak, at the rate of the file; -1
    if unknown), time_s (NaN if unknown), and label, an index into `classes`."""
    classes: tuple[str, ...]
    """Names of the labels. Label 0 is normal, all others are abnormal."""

    def __post_init__(self) -> None:
        assert self.ecg.shape == (len(self.table), LENGTH), "waveforms and rows disagree"

    def __len__(self) -> int:
        return len(self.ecg)

    @property
    def labels(self) -> np.ndarray:
        """(n_beats,) int64, indices into `classes`."""
        return self.table["label"].to_numpy()

    @property
    def abnormal(self) -> np.ndarray:
        """(n_beats,) int64: 0 for normal beats, 1 for all others."""
        return (self.labels != 0).astype(np.int64)

    @property
    def records(self) -> np.ndarray:
        """(n_beats,) names of the recordings."""
        return self.table["record"].to_numpy(dtype=str)

    @property
    def patients(self) -> np.ndarray:
        """(n_beats,) names of the patients; the recording where it has a patient of its own."""
        return self.table["patient"].to_numpy(dtype=str)

    @property
    def leads(self) -> np.ndarray:
        """(n_beats,) names of the leads."""
        return self.table["lead"].to_numpy(dtype=str)

    def at(self, chosen: np.ndarray) -> "SingleBeats":
        """Some of the beats.

        Args:
            chosen: indices, or (n_beats,) bool.
        """
        table = self.table.iloc[np.arange(len(self))[chosen]].reset_index(drop=True)
        return SingleBeats(ecg=self.ecg[chosen], table=table, classes=self.classes)


def no_single_beats(classes: tuple[str, ...]) -> SingleBeats:
    """A set without beats, to which others can be joined."""
    table = pd.DataFrame({name: pd.Series(dtype=of) for name, of in _TYPES.items()})
    return SingleBeats(np.empty((0, LENGTH), dtype=np.float32), table, classes)


def join_single_beats(parts: list[SingleBeats]) -> SingleBeats:
    """The beats of several sets of the same classes, one after the other."""
    (classes,) = {part.classes for part in parts}
    return SingleBeats(
        ecg=np.concatenate([part.ecg for part in parts]),
        table=pd.concat([part.table for part in parts], ignore_index=True),
        classes=classes,
    )


def save_single_beats(beats: SingleBeats, folder: Path) -> None:
    """Write ecg.npy, beats.csv and classes.txt; creates the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "ecg.npy", beats.ecg)
    (folder / "classes.txt").write_text("\n".join(beats.classes) + "\n")
    beats.table.to_csv(folder / "beats.csv", index=False, float_format="%.6f", lineterminator="\n")


def load_single_beats(folder: Path) -> SingleBeats:
    """Read the files written by `save_single_beats`.

    Raises:
        ValueError: a file does not exist.
    """
    for name in ("beats.csv", "classes.txt"):
        require_file(folder / name)
    table = pd.read_csv(
        folder / "beats.csv",
        dtype=_TYPES,
        keep_default_na=False,
        na_values={"time_s": [""]},
    )
    classes = tuple((folder / "classes.txt").read_text().split())
    return SingleBeats(ecg=load_array(folder / "ecg.npy"), table=table, classes=classes)
