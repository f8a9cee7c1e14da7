"""QRS detectors of maintained libraries, compared by the stage `detectors`.

Each takes a lead (n_samples,) in mV and its sampling rate in Hz, and returns R peaks in samples.
"""

from collections.abc import Callable

import numpy as np

from ecgfuse.qrs.detect import FS, detect_r_peaks, run_khamis

Detector = Callable[[np.ndarray, float], np.ndarray]

CHOSEN = "khamis2016"
"""The detector of `ecgfuse annotate`."""


def _sleepecg(signal: np.ndarray, fs: float) -> np.ndarray:
    from sleepecg import detect_heartbeats

    return detect_heartbeats(signal.astype(np.float64), fs)


def _xqrs(signal: np.ndarray, fs: float) -> np.ndarray:
    from wfdb.processing import xqrs_detect

    return xqrs_detect(signal.astype(np.float64), fs, verbose=False)


def _gqrs(signal: np.ndarray, fs: float) -> np.ndarray:
    from wfdb.processing import gqrs_detect

    return gqrs_detect(sig=signal.astype(np.float64), fs=fs)


def _neurokit(method: str) -> Detector:
    """A NeuroKit2 method on the whole record, after the cleaning NeuroKit2 defines for it."""

    def detect(signal: np.ndarray, fs: float) -> np.ndarray:
        from neurokit2 import ecg_clean, ecg_findpeaks

        cleaned_for_itself = ("neurokit", "pantompkins1985", "elgendi2010", "hamilton2002")
        clean = method if method in cleaned_for_itself else "neurokit"
        cleaned = ecg_clean(signal, sampling_rate=fs, method=clean)
        return np.asarray(ecg_findpeaks(cleaned, sampling_rate=fs, method=method)["ECG_R_Peaks"])

    return detect


def _khamis(signal: np.ndarray, fs: float) -> np.ndarray:
    assert fs == FS, f"detect_r_peaks works at {FS:g} Hz only"
    return detect_r_peaks(signal)


DETECTORS: dict[str, Detector] = {
    CHOSEN: _khamis,
    "khamis2016_whole_record": run_khamis,
    "gqrs": _gqrs,
    "manikandan2012": _neurokit("manikandan2012"),
    "xqrs": _xqrs,
    "pantompkins1985": _neurokit("pantompkins1985"),
    "neurokit": _neurokit("neurokit"),
    "sleepecg": _sleepecg,
    "rodrigues2021": _neurokit("rodrigues2021"),
    "kalidas2017": _neurokit("kalidas2017"),
    "elgendi2010": _neurokit("elgendi2010"),
}
"""By name. All run on the whole record with the library's default settings, except the chosen one,
which runs in blocks of five minutes, as in `ecgfuse annotate`."""
LIBRARY = {"gqrs": "wfdb", "xqrs": "wfdb", "sleepecg": "sleepecg"}
"""Library of each detector that is not from NeuroKit2."""
