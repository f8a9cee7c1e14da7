"""Synthetic noise records with the names and file format of the MIT-BIH Noise Stress Test Database.

They replace the real ones if these are not available.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wfdb

from ecgfuse.pipeline.params import require

SAMPLING_RATE = 360
"""In Hz."""
NOISE_LEADS = ("noise1", "noise2")
"""Names of the signals, as in the real records."""
BANDS_HZ = {"bw": (0.05, 0.5), "em": (0.5, 10.0), "ma": (20.0, 150.0)}
"""Band of each record: baseline wander, electrode motion, muscle artefact."""

_COMMENT = "synthetic noise, made by ecgfuse; not a recording"
_MINUTES = 30  # as the real ones
_RMS_MV = 0.3
_GAIN = 200  # adu/mV, as the real ones


def write_synthetic_noise(folder: Path, *, records: Sequence[str], seed: int) -> None:
    """Write NAME.dat and NAME.hea for each noise record, and RECORDS with their names.

    The same seed produces the same bytes, and a record does not depend on the others.

    Args:
        folder: an existing empty folder.
        records: names from BANDS_HZ.
        seed: 0 or more.

    Raises:
        ValueError: a name is not one of BANDS_HZ.
    """
    for name in records:
        require(
            name in BANDS_HZ,
            field="noise.kinds",
            value=name,
            cure=f"only {', '.join(BANDS_HZ)} have a synthetic version",
        )
        entropy = np.random.SeedSequence(seed, spawn_key=(int.from_bytes(name.encode(), "big"),))
        potential = np.stack(
            [
                _draw_band(BANDS_HZ[name], rng=np.random.default_rng(child))
                for child in entropy.spawn(len(NOISE_LEADS))
            ],
            axis=1,
        )
        wfdb.wrsamp(
            name,
            fs=SAMPLING_RATE,
            units=["mV"] * len(NOISE_LEADS),
            sig_name=list(NOISE_LEADS),
            d_signal=np.round(potential * _GAIN).clip(-2047, 2047).astype(np.int64),
            fmt=["212"] * len(NOISE_LEADS),
            adc_gain=[_GAIN] * len(NOISE_LEADS),
            baseline=[0] * len(NOISE_LEADS),
            comments=[_COMMENT],
            write_dir=str(folder),
        )
    (folder / "RECORDS").write_text("".join(f"{name}\n" for name in records))


def _draw_band(band: tuple[float, float], *, rng: np.random.Generator) -> np.ndarray:
    """Gaussian noise of equal power within a band (Hz) and none outside, (n_samples,) in mV."""
    n_samples = _MINUTES * 60 * SAMPLING_RATE
    spectrum = np.fft.rfft(rng.standard_normal(n_samples))
    frequencies = np.fft.rfftfreq(n_samples, 1 / SAMPLING_RATE)
    spectrum[(frequencies < band[0]) | (frequencies > band[1])] = 0
    noise = np.fft.irfft(spectrum, n=n_samples)
    return _RMS_MV * noise / noise.std()
