"""Synthetic databases with the rates, lead names and files of SVDB and INCART."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wfdb

from ecgfuse.recordings.resample import resample_signal
from ecgfuse.synthetic.database import write_synthetic_database

LEADS = {
    "svdb": ("ECG1", "ECG2"),
    "incartdb": ("I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6"),
}
"""Lead names in the order of the files on PhysioNet."""
RATES = {"svdb": 128, "incartdb": 257}
"""Hz"""


def write_database(folder: Path, *, name: str, records: Sequence[str], minutes: float) -> None:
    """Write synthetic records at the rate and with the leads of a database.

    Args:
        folder: an existing empty folder.
        name: svdb or incartdb.
        records: names from MITDB_RECORDS, which are kept.
    """
    source = folder / "source"
    source.mkdir()
    write_synthetic_database(source, minutes=minutes, seed=3, records=records)
    fs, leads = RATES[name], LEADS[name]
    for record in records:
        signals = wfdb.rdrecord(str(source / record)).p_signal
        beats = wfdb.rdann(str(source / record), "atr")
        resampled = [resample_signal(signals[:, i % 2], up=fs, down=360) for i in range(len(leads))]
        wfdb.wrsamp(
            record,
            fs=fs,
            units=["mV"] * len(leads),
            sig_name=list(leads),
            p_signal=np.stack(resampled, axis=1),
            fmt=["16"] * len(leads),
            write_dir=str(folder),
        )
        samples = np.round(beats.sample * fs / 360).astype(np.int64)
        wfdb.wrann(record, "atr", samples, symbol=beats.symbol, write_dir=str(folder))
    for path in source.iterdir():
        path.unlink()
    source.rmdir()
    (folder / "RECORDS").write_text("".join(f"{record}\n" for record in records))
    sums = [f"{hashlib.sha256(p.read_bytes()).hexdigest()} {p.name}\n" for p in folder.iterdir()]
    (folder / "SHA256SUMS.txt").write_text("".join(sums))
