"""Cut the beats of a record as the published code does.

Both segments of a beat are cut: "window" (opt1), one second before R to one second after it, and
"interval" (opt2, opt3), from 0.14 s after the previous mark to 0.28 s after R. A segment that
leaves the record, or is empty, is skipped. Source: h4xryu/CrossAttention_MACNN_SE.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.signal import filtfilt, firwin

from ecgfuse.classes import BEAT_CODES, LABEL_OF_CODE, UNLABELLED
from ecgfuse.recordings.annotation_reader import read_annotation
from ecgfuse.recordings.labelled_record import read_lead
from ecgfuse.studies.published.rr import published_rr

RRBetween = Literal["annotations", "beats"]
"""Marks between which RR intervals are taken, and after which "interval" segments start:
annotations: all of the record, with rhythm and noise marks, as published; beats: beats only."""

LEADS = ("MLII", "V1", "V2", "V4", "V5")
LENGTH = 128
_TAPS, _BAND_HZ = 257, (0.1, 100.0)
_WINDOW_S = 1.0
_AFTER_PREVIOUS_S, _AFTER_R_S = 0.14, 0.28


@dataclass(frozen=True)
class CutRecord:
    """The labelled beats of one record."""

    samples: np.ndarray
    """R peaks, (n,) int64, in samples."""
    labels: np.ndarray
    """(n,) int64, indices into CLASSES."""
    window: np.ndarray
    """(n, 128) float32, z-scored; zeros where `has_window` is False."""
    interval: np.ndarray
    """The same of the other segment."""
    has_window: np.ndarray
    """(n,) bool."""
    has_interval: np.ndarray
    """(n,) bool."""
    ratios: np.ndarray
    """(n, 2) float32, as `PublishedRR`."""
    features: np.ndarray
    """(n, 7) float32, as `PublishedRR`."""


def cut_record(path: Path) -> dict[RRBetween, CutRecord]:
    """Read a record and cut its labelled beats, with both kinds of RR intervals.

    Args:
        path: of the record, without extension.

    Raises:
        ValueError: signal or annotations are missing or not usable.
    """
    signal, _, fs = read_lead(path, leads=LEADS)
    marks = read_annotation(path.with_name(f"{path.name}.atr"))
    is_beat = np.isin(marks.symbols, BEAT_CODES)
    if is_beat.sum() < 2:
        raise ValueError(
            f"record {path.name}: {is_beat.sum()} beats, but RR intervals need two or more; take "
            "the record out of the split lists"
        )
    filtered = band_pass_twice(signal, fs=fs)
    counted: dict[RRBetween, np.ndarray] = {
        "annotations": np.ones(len(is_beat), dtype=bool),
        "beats": is_beat,
    }
    return {
        rr_between: cut_marks(
            filtered, samples=marks.samples[chosen], symbols=marks.symbols[chosen], fs=fs
        )
        for rr_between, chosen in counted.items()
    }


def band_pass_twice(signal: np.ndarray, *, fs: float) -> np.ndarray:
    """Filter (n_samples,) by 257 taps, 0.1 to 100 Hz, forward and backward; fs is in Hz."""
    return filtfilt(firwin(_TAPS, _BAND_HZ, fs=fs, pass_zero=False), 1.0, signal)


def cut_marks(
    signal: np.ndarray, *, samples: np.ndarray, symbols: np.ndarray, fs: float
) -> CutRecord:
    """Cut the labelled beats among the marks of a record.

    Args:
        signal: (n_samples,), filtered.
        samples: of all marks that count, (n_marks,) ascending.
        symbols: their codes, (n_marks,) str.
        fs: sampling rate, in Hz.
    """
    rr = published_rr(samples * (1000.0 / fs))
    labels = np.array([LABEL_OF_CODE.get(str(code), UNLABELLED) for code in symbols])
    used = np.flatnonzero(labels != UNLABELLED)
    this = samples[used]
    reach = round(_WINDOW_S * fs)
    window, has_window = cut(signal, start=this - reach, end=this + reach)
    # The first mark has no previous one: its segment is made empty.
    previous = np.concatenate([samples[-1:], samples[:-1]])[used]
    interval, has_interval = cut(
        signal,
        start=previous + round(_AFTER_PREVIOUS_S * fs),
        end=this + round(_AFTER_R_S * fs),
    )
    return CutRecord(
        samples=this,
        labels=labels[used],
        window=window,
        interval=interval,
        has_window=has_window,
        has_interval=has_interval,
        ratios=rr.ratios[used],
        features=rr.features[used],
    )


def cut(signal: np.ndarray, *, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """z-score each segment [start, end), then resample it linearly to 128 values.

    Args:
        signal: (n_samples,).
        start: first samples, (n,) int64.
        end: samples after the last, (n,) int64.

    Returns:
        Segments (n, 128) float32, and which of them lie inside the record, (n,) bool; the others
        are zeros.
    """
    inside = (start >= 0) & (end <= len(signal)) & (start < end)
    segments = np.zeros((len(start), LENGTH), dtype=np.float32)
    for i in np.flatnonzero(inside):
        values = signal[start[i] : end[i]]
        values = (values - values.mean()) / (values.std() + 1e-8)
        places = np.linspace(0, len(values) - 1, LENGTH)
        segments[i] = np.interp(places, np.arange(len(values)), values)
    return segments, inside
