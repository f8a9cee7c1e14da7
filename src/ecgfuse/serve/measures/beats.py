"""What all measures ask of a table of beats: its classes, and its R peaks at another rate."""

import numpy as np
import pandas as pd

from ecgfuse.annotate.classes import AAMI, ABNORMAL, NORMAL_ABNORMAL, BeatClasses


def classes_of(beats: pd.DataFrame) -> BeatClasses:
    """The classes of the model that judged the beats, known by the columns of probabilities.

    Args:
        beats: table of beats, as `Annotator.annotate` returns it.
    """
    return NORMAL_ABNORMAL if f"p_{ABNORMAL}" in beats.columns else AAMI


def probabilities(beats: pd.DataFrame) -> np.ndarray:
    """Probabilities of the classes, (n_beats, n_classes) float64; NaN for unclassified beats."""
    columns = [f"p_{name}" for name in classes_of(beats).names]
    return beats[columns].to_numpy(dtype=np.float64)


def places_at(samples: np.ndarray, *, file_fs: float, fs: float) -> np.ndarray:
    """R peaks, (n,) int64 in samples of the file at `file_fs` Hz, in samples at `fs` Hz."""
    return np.rint(np.asarray(samples) * (fs / file_fs)).astype(np.int64)
