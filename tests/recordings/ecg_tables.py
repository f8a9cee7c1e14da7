"""A made-up ECG written as a table, and what is taken from such a table as the ECG."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from reading import read

from ecgfuse.recordings.leads import choose_leads
from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.recording import Origin, Recording

FS = 250


def heartbeats(*, fs: float = FS, seconds: float = 12) -> np.ndarray:
    """QRS complexes of 1 mV and T waves in noise, (n_samples,) in mV."""
    t = np.arange(int(fs * seconds)) / fs
    signal = 0.01 * np.random.default_rng(0).normal(size=len(t))
    for r in np.arange(0.8, seconds, 0.8):
        signal += np.exp(-0.5 * ((t - r) / 0.012) ** 2)
        signal += 0.25 * np.exp(-0.5 * ((t - r - 0.25) / 0.04) ** 2)
    return signal


ECG = heartbeats()


def table(row: Callable[[int, float], str], *, head: str = "", ecg: np.ndarray = ECG) -> str:
    """A table with a line for each sample, from its number and its value in mV."""
    return head + "".join(f"{row(i, v)}\n" for i, v in enumerate(ecg))


def commas(text: str) -> str:
    """Numbers with a decimal comma."""
    return text.replace(".", ",")


def write(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "a.csv") -> Path:
    """Write a table."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def taken(path: Path, *, fs: float | None = None, units: str | None = None) -> str:
    """The name of the lead that is taken."""
    return _lead(open_recording(path, fs=fs, units=units))


def origin(path: Path, *, fs: float | None = None, units: str | None = None) -> Origin:
    """Where the lead that is taken was found."""
    recording = open_recording(path, fs=fs, units=units)
    return recording.origins[_lead(recording)]


def check(
    path: Path,
    *,
    fs: float | None = None,
    units: str | None = None,
    ecg: np.ndarray = ECG,
    rate: float = FS,
    digits: int = 3,
) -> None:
    """Compare rate and values of the lead that is taken with the signal that was written."""
    recording = open_recording(path, fs=fs, units=units)
    assert abs(recording.fs - rate) < 1e-3 * rate
    signal = read(path, fs=fs, units=units, leads=[_lead(recording)])[:, 0]
    np.testing.assert_allclose(signal, ecg, atol=0.6 * 10**-digits)


def _lead(recording: Recording) -> str:
    preferred = ("MLII", "V1", "V5")
    (name,) = choose_leads(recording.leads, preferred=preferred, wanted=None, path=recording.path)
    return name
