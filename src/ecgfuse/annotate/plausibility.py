"""Plausibility checks of a whole recording, with the usual cause of each failure."""

import numpy as np

from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.quality import IN_RHYTHM, QRS_S, UNCLASSIFIED
from ecgfuse.annotate.summary import BeatSummary
from ecgfuse.preprocess.segments import cut_around

_AMPLITUDE_MV = (0.1, 10.0)
"""Plausible range of the QRS amplitude of a lead."""
_RATE = (25.0, 220.0)
"""Plausible range of the mean heart rate in beats per minute."""
_SIMILARITY = 0.9
"""Least median correlation of a QRS complex with the tenth most similar one. It is at least 0.98 in
the recordings of DS1, and 0.37 to 0.81 for false detections in noise."""
_COMPARED = 300
"""Beats compared with each other, spread over the recording."""
_SIMILAR = 10


def plausibility_warnings(annotation: Annotation, *, summary: BeatSummary) -> list[str]:
    """One sentence per failed check, with what to verify; empty for most recordings.

    Args:
        annotation: annotation of the whole recording.
        summary: its summary, from `summarise_beats`.
    """
    warnings: list[str] = []
    if summary["beats"] == 0:
        return warnings
    n_beats, n_unclassified = summary["beats"], summary["counts"][UNCLASSIFIED]
    if 2 * n_unclassified > n_beats:
        warnings.append(
            f"{n_unclassified:,} of {n_beats:,} beats cannot be classified: check the signal "
            "quality of this lead, or choose another one (--lead)"
        )
    silent_s = float(np.diff(annotation.bad.silent()).sum()) / annotation.fs
    if 2 * silent_s > annotation.duration_s:
        warnings.append(
            f"{silent_s:,.0f} of {annotation.duration_s:,.0f} s have no signal (gap or flat line, "
            "lead off): choose another lead (--lead); for a CSV file, check the unit (--units)"
        )
    complexes = qrs_complexes(annotation)
    if len(complexes):
        amplitude, (low, high) = float(np.median(np.ptp(complexes, axis=1))), _AMPLITUDE_MV
        if not low <= amplitude <= high:
            warnings.append(
                f"the QRS amplitude is {_rounded(amplitude)} mV, but {low:g} to {high:g} mV is "
                "usual: check the unit (--units for CSV files, else the gain in the header)"
            )
    if similarity(complexes) < _SIMILARITY:
        warnings.append(
            "the QRS complexes do not resemble each other, as if detected in noise: check that "
            "this lead is an ECG, and its sampling rate"
        )
    rate, (slow, fast) = summary["heart_rate"]["mean"], _RATE
    if rate is not None and not slow <= rate <= fast:
        warnings.append(
            f"the mean heart rate is {rate:g} bpm, but {slow:g} to {fast:g} bpm is usual: check "
            "the sampling rate (--fs for CSV files), and that this lead is an ECG"
        )
    return warnings


def _rounded(value: float) -> str:
    """Three significant digits, without an exponent for large values."""
    return f"{float(f'{value:.3g}'):,g}"


def qrs_complexes(annotation: Annotation) -> np.ndarray:
    """QRS complexes in mV, (n, n_samples), of beats with a usable signal, evenly spaced."""
    half = round(QRS_S * annotation.fs)
    times_s = annotation.beats["time_s"].to_numpy()[annotation.beats["flag"].isin(IN_RHYTHM)]
    chosen = np.unique(np.linspace(0, len(times_s) - 1, min(_COMPARED, len(times_s))).round())
    r_peaks = np.rint(times_s[chosen.astype(np.int64)] * annotation.fs).astype(np.int64)
    return cut_around(annotation.filtered, r_peaks=r_peaks, offsets=np.arange(-half, half + 1))


def similarity(complexes: np.ndarray) -> float:
    """Median correlation of QRS complexes (n, n_samples) with their tenth most similar one.

    1 if there are too few. High for several morphologies, too: beats resemble those of their own.
    """
    if len(complexes) <= 2 * _SIMILAR:
        return 1.0
    deviations = complexes - complexes.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(deviations, axis=1, keepdims=True)
    shapes = deviations / np.maximum(norms, np.finfo(np.float32).tiny)
    correlations = np.sort(shapes @ shapes.T, axis=1)
    return float(np.median(correlations[:, -1 - _SIMILAR]))  # the last is the beat itself
