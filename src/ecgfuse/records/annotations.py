"""Beat annotations and the AAMI classes they stand for.

Rhythm and noise marks ('+', '~', '|', flutter waves '!') are not beats: an RR interval taken
across one of them is wrong, so they are dropped before anything is computed.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.records.annotation_file import read_annotation

CLASSES = ("N", "S", "V", "F")
"""The four AAMI classes; a label is an index into this tuple."""

UNLABELLED = -1
"""Label of a beat outside the four classes (paced, unclassifiable)."""

_SYMBOLS_OF_CLASS = {
    "N": "NLRBej",  # e and j as in de Chazal 2004; EC57's bxb counts them as S
    "S": "AaJSn",
    "V": "VEr",
    "F": "F",
}
_OTHER_BEATS = "/fQ?"
_LABEL_OF_SYMBOL = {
    symbol: CLASSES.index(name) for name, symbols in _SYMBOLS_OF_CLASS.items() for symbol in symbols
} | dict.fromkeys(_OTHER_BEATS, UNLABELLED)

BEAT_SYMBOLS = tuple(_LABEL_OF_SYMBOL)
"""Codes of WFDB annotations that are beats."""

MIN_BEATS = 3
"""A beat needs one before and one after it, so that it has a preceding and a following RR."""


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
        ValueError: no .atr file, one that `read_annotation` refuses, a beat outside the signal, or
            fewer than three beats.
    """
    try:
        annotations = read_annotation(record.with_name(f"{record.name}.atr"))
    except ValueError as error:
        raise ValueError(
            f"record {record.name}: {error}; in the pipeline, 'dvc repro --force download' fetches "
            "it again"
        ) from None
    is_beat = np.isin(annotations.symbols, BEAT_SYMBOLS)
    symbols = annotations.symbols[is_beat].astype("<U1")
    return make_beats(annotations.samples[is_beat], symbols, n_samples=n_samples, name=record.name)


def make_beats(r_peaks: np.ndarray, symbols: np.ndarray, *, n_samples: int, name: str) -> Beats:
    """Check R peaks (samples) and beat codes of one record, and give each beat its class.

    Raises:
        ValueError: a beat outside the signal, R peaks out of order, or fewer than three beats.
    """
    r_peaks = np.asarray(r_peaks, dtype=np.int64)
    outside = r_peaks[(r_peaks < 0) | (r_peaks >= n_samples)]
    if len(outside):
        raise ValueError(
            f"record {name}: a beat is annotated at sample {outside[0]}, but the signal has "
            f"{n_samples} samples; the annotations belong to another signal, or the signal is cut"
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
    labels = np.array([_LABEL_OF_SYMBOL[symbol] for symbol in symbols], dtype=np.int64)
    return Beats(r_peaks=r_peaks, symbols=np.asarray(symbols), labels=labels)
