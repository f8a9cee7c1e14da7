"""Beats, fibrillation and shutdowns of an annotation file for EC57 scoring."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.classes import EC57_CLASS_OF_CODE
from ecgfuse.ec57.episodes import Episodes, find_marks
from ecgfuse.recordings.annotation_reader import read_annotation
from ecgfuse.recordings.wfdb.header import Header, read_header

MATCH_WINDOW_S = 0.15
"""Beats at most this far apart may be matched (EC57)."""

NO_BEAT = "O"
"""Class of a flutter wave '!' outside fibrillation: it takes part in the matching, but is no beat
of any class (bxb)."""
_FLUTTER_WAVE = "!"


@dataclass(frozen=True, kw_only=True)
class BeatLabels:
    """Labels of one annotation file; times in samples."""

    samples: np.ndarray
    """Beats outside ventricular flutter and fibrillation, (n_beats,) int64, ascending."""
    classes: np.ndarray
    """EC57 class of each beat, or NO_BEAT, (n_beats,) of one character."""
    fibrillation: Episodes
    shutdowns: Episodes
    end: int | None
    """Length of the record; None where no header gives it."""
    fs: float
    """Sampling rate of the times in Hz."""


def nearest_sample(seconds: float, *, fs: float) -> int:
    """A time in samples; half a sample is rounded up, as in WFDB."""
    return math.floor(seconds * fs + 0.5)


def match_window(fs: float) -> int:
    """EC57 match window in samples: 54 at 360 Hz."""
    return nearest_sample(MATCH_WINDOW_S, fs=fs)


def label_found(samples: np.ndarray, classes: np.ndarray, *, reference: BeatLabels) -> BeatLabels:
    """Labels of beats found in the record of `reference`, without fibrillation and shutdowns.

    Args:
        samples: (n_beats,) int64 at the rate of the reference, ascending.
        classes: EC57 class of each beat, (n_beats,) of one character.
    """
    return BeatLabels(
        samples=samples,
        classes=classes,
        fibrillation=Episodes.of([]),
        shutdowns=Episodes.of([]),
        end=reference.end,
        fs=reference.fs,
    )


def read_labels(
    path: Path,
    *,
    fs: float | None = None,
    at: float | None = None,
    class_of_symbol: Mapping[str, str] = EC57_CLASS_OF_CODE,
) -> BeatLabels:
    """Read an annotation file, such as mitdb/100.atr.

    Args:
        fs: sampling rate in Hz, for a file without a rate and without a header beside it.
        at: rate in Hz to which the times are converted; None: that of the file.
        class_of_symbol: beat codes and their classes; other annotations are not beats.

    Raises:
        ValueError: as `read_annotation`; or no sampling rate is known, or the header is damaged.
    """
    annotations = read_annotation(path)
    header = _header_beside(path)
    own = annotations.fs or (header.fs if header else None) or fs
    if not (own and own > 0):
        raise ValueError(
            f"{path}: neither the file nor a header beside it gives the sampling rate; put "
            f"{path.stem}.hea there (or set --fs of 'ecgfuse score')"
        )
    rate = at or float(own)
    samples = np.floor(annotations.samples * (rate / own) + 0.5).astype(np.int64)
    symbols = annotations.symbols.tolist()
    class_of = {_FLUTTER_WAVE: NO_BEAT, **class_of_symbol}
    marks = find_marks(
        samples.tolist(),
        symbols,
        annotations.subtypes.tolist(),
        is_beat=[symbol in class_of for symbol in symbols],
        window=match_window(rate),
    )
    return BeatLabels(
        samples=samples[marks.beats],
        classes=np.array([class_of[symbols[index]] for index in marks.beats], dtype="<U1"),
        fibrillation=marks.fibrillation,
        shutdowns=marks.shutdowns,
        end=_length(header, own=own, rate=rate),
        fs=rate,
    )


def _header_beside(path: Path) -> Header | None:
    """The record header beside an annotation file, or None where there is none."""
    header = path.with_suffix(".hea")
    return read_header(header) if header.is_file() else None


def _length(header: Header | None, *, own: float, rate: float) -> int | None:
    """Length of the record in samples at `rate`, or None if the header does not give it."""
    if header is None or header.n_frames is None:
        return None
    return nearest_sample(header.n_frames / (header.fs or own), fs=rate)
