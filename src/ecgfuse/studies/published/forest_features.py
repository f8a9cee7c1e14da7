"""The six features of the random forest of Saenz-Cogollo and Agelli.

Source: Algorithms 13(4):75, 2020; definitions after its code, crs4/rf-ecg-heartbeat-classification,
written anew. Five of the six are known from descriptions of the paper. The sixth is a guess by the
paper's own criterion: of the other RR features in its code, the next interval over the mean has the
highest mutual information with N, S and V on DS1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.classes import UNLABELLED
from ecgfuse.recordings.beats import read_beats
from ecgfuse.recordings.labelled_record import read_lead
from ecgfuse.recordings.resample import resample_signal

FEATURES = (
    "RR / mean of 32",
    "next RR / RR",
    "previous RR / RR",
    "next RR / mean of 32",
    "QRS width at 1/2 height / mean of 32",
    "QRS width at 1/4 height / mean of 32",
)
_FS = 150.0
_MEMORY = 32
"""Beats in a mean, this one included."""
_BEFORE, _AFTER = 56, 40
"""Samples at 150 Hz around the annotation whose mean is the zero line."""
_PEAK_FROM, _PEAK_TO = 41, 71
"""Where the QRS peak is searched, in samples of that stretch: 0.1 s around the annotation."""
_REACH = 15
"""Samples from the peak within which each flank must fall."""


@dataclass(frozen=True)
class ForestBeats:
    """The labelled beats of one or more records."""

    features: np.ndarray
    """(n, 6) in the order of FEATURES."""
    labels: np.ndarray
    """(n,) int64, indices into CLASSES."""


def read_forest_beats(path: Path, *, leads: Sequence[str]) -> ForestBeats:
    """Compute the features of the labelled beats of a record, but the first and the last.

    Args:
        path: of the record, without extension.

    Raises:
        ValueError: as `read_lead` and `read_beats`.
    """
    signal, _, fs = read_lead(path, leads=leads)
    beats = read_beats(path, n_samples=len(signal))
    times_s = beats.r_peaks / fs
    slow = resample_signal(signal, up=_FS, down=fs)
    half, quarter = qrs_widths(slow, places=(times_s * _FS).astype(np.int64))
    features = np.concatenate(
        [rr_columns(times_s), np.stack([_relative(half), _relative(quarter)], axis=1)], axis=1
    )
    used = beats.labels != UNLABELLED
    used[[0, -1]] = False
    return ForestBeats(features=features[used], labels=beats.labels[used])


def rr_columns(times_s: np.ndarray) -> np.ndarray:
    """The four RR features of every beat, (n_beats, 4), from R peaks in seconds.

    Intervals that are missing at the ends are those beside them.
    """
    rr = np.diff(times_s)
    pre = np.concatenate([rr[:1], rr])
    post = np.concatenate([rr, rr[-1:]])
    previous = np.concatenate([pre[:1], pre[:-1]])
    mean = _last_mean(pre)
    return np.stack([pre / mean, post / pre, previous / pre, post / mean], axis=1)


def qrs_widths(signal: np.ndarray, *, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Width of the main wave of each beat at a half and at a quarter of its height.

    Args:
        signal: (n_samples,) in mV, at 150 Hz.
        places: annotated R peaks, (n_beats,) in samples.

    Returns:
        Two arrays (n_beats,), in samples; at most 30.
    """
    index = places[:, None] + np.arange(-_BEFORE, _AFTER)
    around = signal[np.clip(index, 0, len(signal) - 1)]
    around = np.abs(around - around.mean(axis=1, keepdims=True))
    peaks = _PEAK_FROM + around[:, _PEAK_FROM:_PEAK_TO].argmax(axis=1)
    rows = np.arange(len(places))
    steps = np.arange(1, _REACH + 1)
    height = around[rows, peaks][:, None]
    flanks = [around[rows[:, None], peaks[:, None] + sign * steps] for sign in (-1, 1)]
    half, quarter = (
        sum(_first_below(flank, height * share) for flank in flanks) for share in (0.5, 0.25)
    )
    return np.asarray(half), np.asarray(quarter)


def _first_below(flank: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Steps until a flank (n_beats, 15) is at or below the level (n_beats, 1); 15 if it is not."""
    below = flank <= level
    return np.where(below.any(axis=1), below.argmax(axis=1) + 1, _REACH)


def _relative(widths: np.ndarray) -> np.ndarray:
    return widths / _last_mean(widths)


def _last_mean(values: np.ndarray) -> np.ndarray:
    """Mean of each value and up to 31 before it, (n,)."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    end = np.arange(1, len(values) + 1)
    start = np.maximum(end - _MEMORY, 0)
    return (sums[end] - sums[start]) / (end - start)
