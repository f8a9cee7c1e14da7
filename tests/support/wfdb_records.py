"""Small WFDB records whose content the test chooses."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import wfdb
from recording_files import wave

GAIN = 200
"""ADC units per mV."""
PEAKS = (100, 400, 700, 1000)
SYMBOLS = "NNVN"


def write_record(
    folder: Path,
    *,
    name: str = "r1",
    leads: Mapping[str, np.ndarray] | None = None,
    fs: float = 360,
    fmt: str = "16",
    units: str = "mV",
    peaks: Sequence[int] = PEAKS,
    symbols: Sequence[str] = SYMBOLS,
) -> Path:
    """Write NAME.hea, .dat and .atr, and return the path that `read_record` takes.

    Args:
        leads: signals in mV by lead name; NaN becomes the invalid code of the format.
    """
    leads = leads or {"MLII": wave(1200)}
    invalid = {"16": -32768, "212": -2048}[fmt]
    signals = np.stack(list(leads.values()), axis=1) * GAIN
    digital = np.where(np.isnan(signals), invalid, np.round(np.nan_to_num(signals)))
    wfdb.wrsamp(
        name,
        fs=fs,
        units=[units] * len(leads),
        sig_name=list(leads),
        d_signal=digital.astype(np.int64),
        fmt=[fmt] * len(leads),
        adc_gain=[GAIN] * len(leads),
        baseline=[0] * len(leads),
        write_dir=str(folder),
    )
    wfdb.wrann(name, "atr", np.array(peaks), symbol=list(symbols), write_dir=str(folder))
    return folder / name
