"""A recording before and after classification of its beats."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecgfuse.annotate.attention import Attention
from ecgfuse.annotate.classes import BeatClasses
from ecgfuse.annotate.quality import BadSpans


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A lead with its R peaks, ready for classification."""

    filtered: np.ndarray
    """(n_samples,) float32 in mV at `fs`, band-passed."""
    waveform: np.ndarray
    """What the model cuts its beats from, at the rate of the model; often `filtered` itself."""
    fs: float
    """Sampling rate in Hz."""
    file_fs: float
    """Sampling rate of the file in Hz."""
    duration_s: float
    """Length of the recording."""
    places: np.ndarray
    """R peaks, (n_beats,) int64 in samples at `fs`."""
    samples: np.ndarray
    """The same R peaks in samples of the file."""
    flags: np.ndarray
    """Why each beat cannot be classified, (n_beats,) str; empty if it can."""
    bad: BadSpans
    """Segments without a usable signal, in samples at `fs`."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a model says of the beats of a recording, or of single beats."""

    probabilities: np.ndarray
    """(n_beats, n_classes) float32; NaN for unclassified beats."""
    flags: np.ndarray
    """Why each beat is not classified, (n_beats,) str; empty if it is."""
    attention: Attention | None = None
    """If it was asked for and the model tells it."""


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """Classified beats of one recording."""

    classes: BeatClasses
    """Those of the model."""
    beats: pd.DataFrame
    """One row per beat, as `Annotator.annotate` returns."""
    filtered: np.ndarray
    """The classified lead, (n_samples,) float32 in mV at `fs`, band-passed."""
    fs: float
    """Sampling rate in Hz."""
    duration_s: float
    """Length of the recording."""
    bad: BadSpans
    """Segments without a usable signal, in samples at `fs`."""
    attention: Attention | None = None
    """If it was asked for and the model tells it."""
