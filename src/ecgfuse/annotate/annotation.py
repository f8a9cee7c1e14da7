"""What is known of a recording before and after its beats are classified."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecgfuse.annotate.quality import BadSpans


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A lead in which beats were found, ready to be classified."""

    filtered: np.ndarray
    """(n_samples,) float32 in mV at `fs`, within the pass band."""
    fs: float
    """Hz"""
    file_fs: float
    """Hz of the file."""
    duration_s: float
    """Length of the recording."""
    places: np.ndarray
    """R peaks, (n_beats,) int64 in samples at `fs`."""
    samples: np.ndarray
    """The same in samples of the file."""
    flags: np.ndarray
    """Why each beat cannot be judged, (n_beats,) str; empty: it can."""
    bad: BadSpans
    """Stretches without a usable signal, in samples at `fs`."""


@dataclass(frozen=True, kw_only=True)
class Annotation:
    """What is said of one recording."""

    beats: pd.DataFrame
    """One row a beat, as `Annotator.annotate` gives it."""
    filtered: np.ndarray
    """The lead that was classified, (n_samples,) float32 in mV at `fs`, within the pass band."""
    fs: float
    """Hz"""
    duration_s: float
    """Length of the recording."""
    bad: BadSpans
    """Stretches without a usable signal, in samples at `fs`."""
