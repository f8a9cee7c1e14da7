"""Morphology features: how similar each wave of a beat is to the patient's median beat."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ecgfuse.preprocess.reference import reference_beats
from ecgfuse.preprocess.segments import cut_around

WAVES_S = {"P": (-0.25, -0.07), "QRS": (-0.07, 0.09), "T": (0.09, 0.40)}
"""Limits of each wave, in seconds from the R peak."""
N_MORPHOLOGY = 2 * len(WAVES_S)

_LEAST_HEIGHT = 0.05
"""In mV, lower limit of the QRS height by which differences are divided."""
_LEAST_DIFFERENCE = 0.01
"""Share of the QRS height. For smaller differences the logarithm would reflect only noise."""
_BLOCK = 4096
"""Beats processed at a time: a day has 100,000, and intermediates need several times the memory."""
_MAX_CORRELATION = 0.99
"""Correlations are clipped to +- this value: Fisher's z of 1 is infinite."""


def morphology_features(
    signal: np.ndarray,
    *,
    r_peaks: np.ndarray,
    fs: float,
    usable: np.ndarray,
    reference: Literal["record", "causal"],
    n_beats: int,
) -> np.ndarray:
    """Compare every beat but the first and the last with the patient's median beat.

    For the P wave, the QRS complex and the T wave: the logarithm of the difference (root mean
    square, relative to the height of the median QRS), and Fisher's z of the correlation. The
    patient's own median of each is subtracted, so that 0 is a usual beat of this patient, whether
    the recording is quiet or noisy, with P waves or without.

    Features relative to the patient's own beats follow Saenz-Cogollo and Agelli 2020, who divide
    QRS widths by the record's mean.

    Args:
        signal: (n_samples,), in mV.
        r_peaks: (n_beats,), in samples.
        usable: as for `reference_beats`, for the inner beats, (n_beats - 2,) bool.
        reference: as for `reference_beats`.
        n_beats: as for `reference_beats`.

    Returns:
        (n_beats - 2, 6) float32: difference and similarity of P, then of QRS, then of T.
    """
    first, last = WAVES_S["P"][0], WAVES_S["T"][1]
    offsets = np.arange(round(first * fs), round(last * fs))
    beats = cut_around(signal, r_peaks=r_peaks[1:-1], offsets=offsets)
    medians = reference_beats(beats, usable=usable, reference=reference, n_beats=n_beats)
    medians = np.broadcast_to(medians, beats.shape)
    waves = [
        slice(round((start - first) * fs), round((end - first) * fs))
        for start, end in WAVES_S.values()
    ]
    measures = np.empty((len(beats), N_MORPHOLOGY))
    for start in range(0, len(beats), _BLOCK):
        block = slice(start, start + _BLOCK)
        measures[block] = _measure(beats[block], np.array(medians[block]), waves=waves)
    usual = reference_beats(measures, usable=usable, reference=reference, n_beats=n_beats)
    return (measures - usual).astype(np.float32)


def _measure(beats: np.ndarray, medians: np.ndarray, *, waves: Sequence[slice]) -> np.ndarray:
    """Difference and similarity of each wave, (n_beats, 6), from beats and medians (n_beats, n)."""
    _, qrs, _ = waves
    height = np.maximum(np.ptp(medians[:, qrs], axis=1), _LEAST_HEIGHT)
    columns = []
    for wave in waves:
        beat, median = beats[:, wave], medians[:, wave]
        difference = np.sqrt(np.square(beat - median).mean(axis=1)) / height
        columns.append(np.log(difference + _LEAST_DIFFERENCE))
        correlation = np.clip(_correlation(beat, median), -_MAX_CORRELATION, _MAX_CORRELATION)
        columns.append(np.arctanh(correlation))
    return np.stack(columns, axis=1)


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Correlation of each row of a with the same row of b; 0 if one of them is flat."""
    a = a - a.mean(axis=1, keepdims=True)
    b = b - b.mean(axis=1, keepdims=True)
    size = np.sqrt(np.square(a).sum(axis=1) * np.square(b).sum(axis=1))
    return (a * b).sum(axis=1) / np.maximum(size, 1e-9)
