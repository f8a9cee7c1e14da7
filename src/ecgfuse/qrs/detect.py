"""R peaks of a lead, by the detector that did best on the training patients.

The detector of Khamis et al. (IEEE Trans. Biomed. Eng. 63(7), 2016; "UNSW"), made for recordings at
home, as NeuroKit2 has it. The stage `detectors` compares it with others on mitdb.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from tqdm import tqdm

FS = 360.0
"""Hz at which the detector works. At 250 Hz it takes T waves for beats three times as often."""
REFRACTORY_S = 0.2
"""Of two beats that are closer the second is dropped: no ventricle is ready again so soon."""

_BLOCK_S = 300.0
"""Seconds searched at once. Thresholds follow the recording, and memory stays small; with 60 or
1,800 s more beats of DS1 are missed or made up."""
_OVERLAP_S = 5.0
_NEAR_S = 0.05
"""How far the R peak lies from where the detector, which looks at slopes, puts it, or less."""
_LEAST_S = 10.0
"""A shorter signal goes on with its mirror image: the detector needs a heart rate to start from."""


def detect_r_peaks(signal: np.ndarray, *, workers: int = 1, progress: bool = False) -> np.ndarray:
    """Find the R peaks of one lead.

    Args:
        signal: (n_samples,) in mV at `FS`, finite.
        workers: threads; the result does not depend on them.
        progress: show a bar.

    Returns:
        (n_beats,) int64 in samples, ascending; none in a flat signal.
    """
    block = round(_BLOCK_S * FS)
    # A last part of a few seconds goes with the block before it.
    n_blocks = max(1, round(len(signal) / block))
    edges = np.linspace(0, len(signal), n_blocks + 1).round().astype(np.int64)
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(partial(_search, signal), edges[:-1].tolist(), edges[1:].tolist())
        bar = tqdm(
            found,
            total=n_blocks,
            desc="find beats",
            leave=False,
            disable=None if progress else True,
        )
        parts = list(bar)
    return drop_close(np.concatenate(parts), least=round(REFRACTORY_S * FS))


def move_to_r_peaks(found: np.ndarray, *, filtered: np.ndarray, fs: float) -> np.ndarray:
    """Each detected beat at the highest deflection, up or down, that lies within 50 ms of it.

    On DS1 this brings 95 % of the beats to within 8 ms of where the reference has them, from 22.

    Args:
        found: (n_beats,) int64 in samples, ascending and at least `REFRACTORY_S` apart.
        filtered: (n_samples,) in mV, without its baseline.
        fs: rate of both in Hz.
    """
    half = round(_NEAR_S * fs)
    offsets = np.arange(-half, half + 1)
    around = filtered[np.clip(found[:, None] + offsets, 0, len(filtered) - 1)]
    moved = found + offsets[np.abs(around).argmax(axis=1)]
    return np.clip(moved, 0, len(filtered) - 1)


def _search(signal: np.ndarray, first: int, end: int) -> np.ndarray:
    """R peaks in [first, end), with some seconds before and after to start from."""
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
    """The detector as it is, on a signal (n_samples,) at `fs` Hz; (n_beats,) int64."""
    from neurokit2 import ecg_findpeaks  # takes seconds: not before it is needed

    found = ecg_findpeaks(signal, sampling_rate=fs, method="khamis2016")["ECG_R_Peaks"]
    return np.asarray(found, dtype=np.int64)


def drop_close(r_peaks: np.ndarray, *, least: int) -> np.ndarray:
    """R peaks of which each comes at least `least` samples after the one before."""
    kept: list[int] = []
    for r_peak in np.unique(r_peaks).tolist():
        if not kept or r_peak - kept[-1] >= least:
            kept.append(r_peak)
    return np.array(kept, dtype=np.int64)
