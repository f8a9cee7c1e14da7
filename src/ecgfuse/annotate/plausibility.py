"""What makes the result of a whole recording doubtful, and what is usually the cause."""

from typing import Any

import numpy as np

from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.quality import IN_RHYTHM, QRS_S, UNJUDGED, cut_around

_HEIGHT_MV = (0.1, 10.0)
"""QRS complexes of a lead are higher, and lower."""
_RATE = (25.0, 220.0)
"""Beats a minute; the mean of a recording is higher, and lower."""
_LIKENESS = 0.9
"""Correlation of a QRS complex with the tenth most similar one, median. Of the recordings of DS1
it is 0.98 and more; of beats found in noise it is 0.37 to 0.81."""
_COMPARED = 300
"""Beats that are compared with each other, of all of the recording."""
_SIMILAR = 10


def find_doubts(annotation: Annotation, *, summary: dict[str, Any]) -> list[str]:
    """One sentence for each doubt, with what to look at; none for most recordings.

    Args:
        annotation: of the whole recording.
        summary: as `summarise_beats` gives it.
    """
    doubts: list[str] = []
    if summary["beats"] == 0:
        return doubts
    n_beats, n_unjudged = summary["beats"], summary["counts"][UNJUDGED]
    if 2 * n_unjudged > n_beats:
        doubts.append(
            f"{n_unjudged:,} of {n_beats:,} beats cannot be judged: look at the lead, or at "
            "another one (--lead)"
        )
    silent_s = float(np.diff(annotation.bad.silent()).sum()) / annotation.fs
    if 2 * silent_s > annotation.duration_s:
        doubts.append(
            f"{silent_s:,.0f} of {annotation.duration_s:,.0f} s are without a signal: look at "
            "another lead (--lead); of a CSV file, is its unit right (--units)?"
        )
    complexes = qrs_complexes(annotation)
    if len(complexes):
        height, (low, high) = float(np.median(np.ptp(complexes, axis=1))), _HEIGHT_MV
        if not low <= height <= high:
            doubts.append(
                f"the QRS complexes are {height:.3g} mV high, and {low:g} to {high:g} mV are "
                "usual: is the unit right (--units for CSV files, else the gain in the header)?"
            )
    if likeness(complexes) < _LIKENESS:
        doubts.append(
            "the beats do not resemble each other, as if they were found in noise: is this lead "
            "an ECG, and its sampling rate right?"
        )
    rate, (slow, fast) = summary["heart_rate"]["mean"], _RATE
    if rate is not None and not slow <= rate <= fast:
        doubts.append(
            f"the heart beats {rate:g} times a minute: is the sampling rate right (--fs for CSV "
            "files), and is this lead an ECG?"
        )
    return doubts


def qrs_complexes(annotation: Annotation) -> np.ndarray:
    """In mV, (n, n_samples), of beats with a usable signal, evenly out of the recording."""
    half = round(QRS_S * annotation.fs)
    times_s = annotation.beats["time_s"].to_numpy()[annotation.beats["flag"].isin(IN_RHYTHM)]
    chosen = np.unique(np.linspace(0, len(times_s) - 1, min(_COMPARED, len(times_s))).round())
    r_peaks = np.rint(times_s[chosen.astype(np.int64)] * annotation.fs).astype(np.int64)
    return cut_around(annotation.filtered, r_peaks=r_peaks, offsets=np.arange(-half, half + 1))


def likeness(complexes: np.ndarray) -> float:
    """Correlation of QRS complexes (n, n_samples) with their tenth most similar one, median.

    1 where there are too few to tell. Beats of several kinds are like the others of their kind.
    """
    if len(complexes) <= 2 * _SIMILAR:
        return 1.0
    deviations = complexes - complexes.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(deviations, axis=1, keepdims=True)
    shapes = deviations / np.maximum(norms, np.finfo(np.float32).tiny)
    correlations = np.sort(shapes @ shapes.T, axis=1)
    return float(np.median(correlations[:, -1 - _SIMILAR]))  # the last one is with itself
