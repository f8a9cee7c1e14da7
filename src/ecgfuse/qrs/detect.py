"""R peaks of a lead, from the detector with the fewest errors on the training patients.

The detector of Khamis et al. (IEEE Trans. Biomed. Eng. 63(7), 2016; "UNSW"), designed for home
recordings, in the implementation of NeuroKit2. The stage `detectors` compares it with others on
mitdb.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from tqdm import tqdm

from ecgfuse.preprocess.segments import cut_around

FS = 360.0
"""Rate of the detector in Hz. At 250 Hz it mistakes T waves for beats three times as often."""
REFRACTORY_S = 0.2
"""Refractory period: of two beats closer than this the second is dropped."""

_BLOCK_S = 300.0
"""Seconds searched at a time. Thresholds adapt to the recording and memory use stays low; with 60
or 1,800 s more beats of DS1 are missed or falsely detected."""
_OVERLAP_S = 5.0
_NEAR_S = 0.05
"""Largest distance from a detection, which is based on slopes, to its R peak."""
_LEAST_S = 10.0
"""Shorter signals are extended by reflection: the detector needs an initial heart rate."""


def detect_r_peaks(signal: np.ndarray, *, workers: int = 1, progress: bool = False) -> np.ndarray:
    """Detect the R peaks of one lead.

    Args:
        signal: (n_samples,) in mV at `FS`, finite.
        workers: threads; the result does not depend on them.
        progress: show a progress bar.

    Returns:
        (n_beats,) int64 in samples, ascending; empty for a flat signal.
    """
    block = round(_BLOCK_S * FS)
    # A short remainder is merged into the previous block.
    n_blocks = max(1, round(len(signal) / block))
    edges = np.linspace(0, len(signal), n_blocks + 1).round().astype(np.int64)
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(partial(_search, signal), edges[:-1].tolist(), edges[1:].tolist())
        bar = tqdm(
            found,
            total=n_blocks,
            desc="detect beats",
            leave=False,
            disable=None if progress else True,
        )
        parts = list(bar)
    return drop_close(np.concatenate(parts), least=round(REFRACTORY_S * FS))


def move_to_r_peaks(found: np.ndarray, *, filtered: np.ndarray, fs: float) -> np.ndarray:
    """Move each detected beat to the largest deflection, up or down, within 50 ms.

    On DS1 this brings 95 % of the beats to within 8 ms of the reference, instead of 22 ms.

    Args:
        found: (n_beats,) int64 in samples, ascending, at least `REFRACTORY_S` apart.
        filtered: (n_samples,) in mV, baseline removed.
        fs: rate of both in Hz.
    """
    half = round(_NEAR_S * fs)
    offsets = np.arange(-half, half + 1)
    around = cut_around(filtered, r_peaks=found, offsets=offsets)
    moved = found + offsets[np.abs(around).argmax(axis=1)]
    return np.clip(moved, 0, len(filtered) - 1)


def _search(signal: np.ndarray, first: int, end: int) -> np.ndarray:
    """R peaks in [first, end), detected with a few seconds of context on each side."""
    overlap = round(_OVERLAP_S * FS)
    begin = max(0, first - overlap)
    part = signal[begin : end + overlap].astype(np.float64)
    if len(part) == 0 or np.ptp(part) == 0:
        return np.empty(0, dtype=np.int64)
    missing = round(_LEAST_S * FS) - len(part)
    if missing > 0:
        part = np.pad(part, (0, missing), mode="reflect")
    r_peaks = run_khamis(part, FS) + begin
    return r_peaks[(r_peaks >= first) & (r_peaks < end)]


def run_khamis(signal: np.ndarray, fs: float) -> np.ndarray:
    """Run the unmodified detector on a signal (n_samples,) at `fs` Hz; (n_beats,) int64."""
    from neurokit2 import ecg_findpeaks  # takes seconds to import

    found = ecg_findpeaks(signal, sampling_rate=fs, method="khamis2016")["ECG_R_Peaks"]
    return np.asarray(found, dtype=np.int64)


def drop_close(r_peaks: np.ndarray, *, least: int) -> np.ndarray:
    """Drop R peaks less than `least` samples after the previous one that is kept; sorted."""
    kept: list[int] = []
    for r_peak in np.unique(r_peaks).tolist():
        if not kept or r_peak - kept[-1] >= least:
            kept.append(r_peak)
    return np.array(kept, dtype=np.int64)
