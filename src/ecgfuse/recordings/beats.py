"""Reference beats of a record and their AAMI classes.

Rhythm and noise marks ('+', '~', '|', flutter waves '!') are not beats: an RR interval taken
across one of them is wrong, so they are dropped before anything is computed.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.classes import BEAT_CODES, LABEL_OF_CODE
from ecgfuse.recordings.annotation_reader import read_annotation

MIN_BEATS = 3
"""A beat needs a previous and a next one for its preceding and following RR interval."""

MOST_OUTSIDE = 0.1
"""Largest share of annotated beats that may lie outside the signal, beside a single one. A record
that was cut by more is damaged."""


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


def read_beats(record: Path, *, n_samples: int, fs: float | None = None) -> Beats:
    """Read the reference beats of a WFDB record from its .atr file.

    Single beats outside the signal, and all but the first of those at one sample, are left out.

    Args:
        record: path of the record without an extension.
        n_samples: length of the signal.
        fs: its sampling rate in Hz, to convert times of an annotation file that declares another
            one; None if there is none that does.

    Raises:
        ValueError: no .atr file, one that `read_annotation` rejects, many beats outside the signal,
            or fewer than three beats.

    Warns:
        UserWarning: with the number of beats left out.
    """
    try:
        annotations = read_annotation(record.with_name(f"{record.name}.atr"))
    except ValueError as error:
        raise ValueError(
            f"record {record.name}: {error}; if a stage downloaded it, run that stage again with "
            "'dvc repro --force STAGE'"
        ) from None
    is_beat = np.isin(annotations.symbols, BEAT_CODES)
    samples, symbols = annotations.samples[is_beat], annotations.symbols[is_beat].astype("<U1")
    if fs is not None and annotations.fs not in (None, fs):
        samples = np.rint(samples * (fs / annotations.fs)).astype(np.int64)
    where = f"record {record.name}"
    inside, said = beats_inside(samples, n_samples=n_samples, where=where)
    samples, symbols = samples[inside], symbols[inside]
    first = np.diff(samples, prepend=-1) > 0
    if not first.all():
        n = np.count_nonzero(~first)
        said.append(f"{where}: {n} beats at the same sample as another one are left out")
    for text in said:
        warnings.warn(text, stacklevel=2)
    return make_beats(samples[first], symbols[first], n_samples=n_samples, name=record.name)


def beats_inside(
    samples: np.ndarray, *, n_samples: int, where: str
) -> tuple[np.ndarray, list[str]]:
    """Which beats lie within the signal, and a sentence with the number of those that do not.

    Real databases have such beats: the last one of record 860 of svdb is at sample 230,400 of
    230,400. Where many lie outside, the annotations are those of another recording or rate.

    Args:
        samples: (n_beats,) int64.
        n_samples: length of the signal.
        where: record or file, for messages.

    Returns:
        (n_beats,) bool, and no sentence if all are inside.

    Raises:
        ValueError: more than one beat and more than MOST_OUTSIDE of them are outside.
    """
    inside = (samples >= 0) & (samples < n_samples)
    n = int(np.count_nonzero(~inside))
    if n == 0:
        return inside, []
    text = (
        f"{where}: {n:,} of {len(samples):,} annotated beats, the first at sample "
        f"{samples[~inside][0]:,}, lie outside the signal of {n_samples:,} samples"
    )
    if n > max(1, MOST_OUTSIDE * len(samples)):
        raise ValueError(f"{text}; check that signal and annotations belong together")
    return inside, [f"{text} and are left out"]


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
