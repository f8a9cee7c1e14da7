"""The filtered lead around beats: one beat, and the median beat of every class."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecgfuse.preprocess.segments import cut_around
from ecgfuse.serve.measures.beats import places_at

BEFORE_S, AFTER_S = 0.3, 0.5
"""Usual extent on both sides of the R peak."""
MOST_BEATS = 500
"""Beats of a class in its median beat, at most; more hardly change it, but take time."""


@dataclass(frozen=True, kw_only=True)
class Waveform:
    """Signal around an R peak."""

    t_s: np.ndarray
    """Time from the R peak, (n,)."""
    mv: np.ndarray
    """(n,) in mV; NaN beyond the ends of the recording."""
    n: int
    """Number of beats that it is the median of."""


def beat_waveform(
    filtered: np.ndarray, *, fs: float, place: int, before_s: float = BEFORE_S
) -> Waveform:
    """The signal around one R peak.

    Args:
        filtered: (n_samples,) in mV.
        fs: its sampling rate in Hz.
        place: R peak in samples at `fs`.
        before_s: extent before the R peak.
    """
    offsets = _offsets(fs, before_s=before_s)
    cut = cut_around(filtered, r_peaks=np.array([place]), offsets=offsets)[0].astype(np.float64)
    inside = (place + offsets >= 0) & (place + offsets < len(filtered))
    return Waveform(t_s=offsets / fs, mv=np.where(inside, cut, np.nan), n=1)


def median_beats(
    filtered: np.ndarray, *, fs: float, beats: pd.DataFrame, file_fs: float
) -> dict[str, Waveform]:
    """Median of the beats of every class that has some, sample by sample.

    Of many beats, `MOST_BEATS` are taken at equal distances. Those whose signal reaches beyond an
    end of the recording are left out.

    Args:
        filtered: (n_samples,) in mV.
        fs: its sampling rate in Hz.
        beats: table of beats, whose samples count at `file_fs`.
        file_fs: sampling rate of the file in Hz.
    """
    offsets = _offsets(fs)
    places = places_at(beats["sample"].to_numpy(), file_fs=file_fs, fs=fs)
    whole = (places + offsets[0] >= 0) & (places + offsets[-1] < len(filtered))
    classes = beats["class"].to_numpy(dtype=str)
    found = {}
    for name in np.unique(classes[whole]):
        of_class = places[whole & (classes == name)]
        n_taken = min(len(of_class), MOST_BEATS)
        taken = of_class[np.linspace(0, len(of_class) - 1, n_taken).astype(np.int64)]
        cut = cut_around(filtered, r_peaks=taken, offsets=offsets).astype(np.float64)
        found[str(name)] = Waveform(t_s=offsets / fs, mv=np.median(cut, axis=0), n=n_taken)
    return found


def _offsets(fs: float, *, before_s: float = BEFORE_S) -> np.ndarray:
    return np.arange(-round(before_s * fs), round(AFTER_S * fs) + 1)
