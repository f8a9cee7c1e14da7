"""Reference beats of a record and their AAMI classes.

Rhythm and noise marks ('+', '~', '|', flutter waves '!') are not beats: an RR interval taken
across one of them is wrong, so they are dropped before anything is computed.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.classes import BEAT_CODES, LABEL_OF_CODE
from ecgfuse.recordings.annotation_reader import read_annotation

MIN_BEATS = 3
"""A beat needs a previous and a next one for its preceding and following RR interval."""


@dataclass(frozen=True)
class Beats:
    """All beats of one record, in order of time."""

    r_peaks: np.ndarray
    """R peaks, (n_beats,) int64, in samples."""
    symbols: np.ndarray
    """WFDB annotation codes, (n_beats,) of one character."""
    labels: np.ndarray
    """AAMI classes, (n_beats,) int64, indices into CLASSES or UNLABELLED."""

    def __len__(self) -> int:
        return len(self.r_peaks)


def read_beats(record: Path, *, n_samples: int) -> Beats:
    """Read the reference beats of a WFDB record from its .atr file.

    Args:
        record: path of the record without an extension.
        n_samples: length of the signal; no beat may lie beyond it.

    Raises:
        ValueError: no .atr file, one that `read_annotation` rejects, a beat outside the signal, or
            fewer than three beats.
    """
    try:
        annotations = read_annotation(record.with_name(f"{record.name}.atr"))
    except ValueError as error:
        raise ValueError(
            f"record {record.name}: {error}; if a stage downloaded it, run that stage again with "
            "'dvc repro --force STAGE'"
        ) from None
    is_beat = np.isin(annotations.symbols, BEAT_CODES)
    symbols = annotations.symbols[is_beat].astype("<U1")
    return make_beats(annotations.samples[is_beat], symbols, n_samples=n_samples, name=record.name)


def make_beats(r_peaks: np.ndarray, symbols: np.ndarray, *, n_samples: int, name: str) -> Beats:
    """Check R peaks (samples) and beat codes of one record, and assign each beat its class.

    Raises:
        ValueError: a beat outside the signal, R peaks out of order, or fewer than three beats.
    """
    r_peaks = np.asarray(r_peaks, dtype=np.int64)
    outside = r_peaks[(r_peaks < 0) | (r_peaks >= n_samples)]
    if len(outside):
        raise ValueError(
            f"record {name}: a beat is annotated at sample {outside[0]}, but the signal has "
            f"{n_samples} samples; replace the file that does not belong to this record or is cut"
        )
    if np.any(np.diff(r_peaks) <= 0):
        raise ValueError(
            f"record {name}: two beats share a sample or are out of order near sample "
            f"{r_peaks[:-1][np.diff(r_peaks) <= 0][0]}; sort the annotation file by time"
        )
    if len(r_peaks) < MIN_BEATS:
        raise ValueError(
            f"record {name}: {len(r_peaks)} beats are annotated, at least {MIN_BEATS} are needed; "
            "take the record out of the split lists"
        )
    labels = np.array([LABEL_OF_CODE[symbol] for symbol in symbols], dtype=np.int64)
    return Beats(r_peaks=r_peaks, symbols=np.asarray(symbols), labels=labels)
