"""How like its patient's median beat a beat is, wave by wave, in numbers that fit every patient."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from ecgfuse.preprocess.reference import reference_beats

WAVES_S = {"P": (-0.25, -0.07), "QRS": (-0.07, 0.09), "T": (0.09, 0.40)}
"""Where the waves lie, in seconds from the R peak."""
N_COMPARISONS = 2 * len(WAVES_S)

_LEAST_HEIGHT = 0.05
"""mV; of the QRS complex that differences are measured by."""
_LEAST_DIFFERENCE = 0.01
"""Of the QRS height. Below it the logarithm would tell noise from less noise."""
_BLOCK = 4096
"""Beats worked on at once: a day has 100,000, and the steps between take several times as much."""
_LIKE = 0.99
"""Correlations above it are taken as equal: the next would be infinitely alike."""


def compare_waves(
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
    square, over the height of the median QRS), and Fisher's z of the correlation. Of each the
    patient's own median is taken away, so that 0 is a usual beat of this patient, in a quiet
    recording and in a noisy one, with P waves and without.

    Features relative to the patient's own beats: Saenz-Cogollo and Agelli 2020, whose widths of the
    QRS are over the record's mean.

    Args:
        signal: (n_samples,), in mV.
        r_peaks: (n_beats,), in samples.
        usable, reference, n_beats: as for `reference_beats`, of the n_beats - 2 inner beats.

    Returns:
        (n_beats - 2, 6) float32: difference and likeness of P, then of QRS, then of T.
    """
    first, last = WAVES_S["P"][0], WAVES_S["T"][1]
    beats = _cut(signal, r_peaks[1:-1], offsets=np.arange(round(first * fs), round(last * fs)))
    medians = reference_beats(beats, usable=usable, reference=reference, n_beats=n_beats)
    medians = np.broadcast_to(medians, beats.shape)
    waves = [
        slice(round((start - first) * fs), round((end - first) * fs))
        for start, end in WAVES_S.values()
    ]
    measures = np.empty((len(beats), N_COMPARISONS))
    for start in range(0, len(beats), _BLOCK):
        block = slice(start, start + _BLOCK)
        measures[block] = _measure(beats[block], np.array(medians[block]), waves=waves)
    usual = reference_beats(measures, usable=usable, reference=reference, n_beats=n_beats)
    return (measures - usual).astype(np.float32)


def _measure(beats: np.ndarray, medians: np.ndarray, *, waves: Sequence[slice]) -> np.ndarray:
    """Difference and likeness of each wave, (n_beats, 6), of beats and medians (n_beats, n)."""
    _, qrs, _ = waves
    height = np.maximum(np.ptp(medians[:, qrs], axis=1), _LEAST_HEIGHT)
    columns = []
    for wave in waves:
        beat, median = beats[:, wave], medians[:, wave]
        difference = np.sqrt(np.square(beat - median).mean(axis=1)) / height
        columns.append(np.log(difference + _LEAST_DIFFERENCE))
        columns.append(np.arctanh(np.clip(_correlation(beat, median), -_LIKE, _LIKE)))
    return np.stack(columns, axis=1)


def _cut(signal: np.ndarray, r_peaks: np.ndarray, *, offsets: np.ndarray) -> np.ndarray:
    """The samples around every R peak, (n_beats, n_offsets); the ends of the signal go on."""
    beats = np.empty((len(r_peaks), len(offsets)), dtype=signal.dtype)
    for first in range(0, len(r_peaks), _BLOCK):
        at = r_peaks[first : first + _BLOCK, None] + offsets
        beats[first : first + _BLOCK] = signal[np.clip(at, 0, len(signal) - 1)]
    return beats


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of each row of a with that of b; 0 where one of them is flat."""
    a = a - a.mean(axis=1, keepdims=True)
    b = b - b.mean(axis=1, keepdims=True)
    size = np.sqrt(np.square(a).sum(axis=1) * np.square(b).sum(axis=1))
    return (a * b).sum(axis=1) / np.maximum(size, 1e-9)
