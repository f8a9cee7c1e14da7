"""Files to upload: parts of real recordings in all formats, and broken ones.

Without the MIT-BIH Arrhythmia Database beside the checkout, synthetic records take its place.
"""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import wfdb
from recording_files import write_csv, write_edf
from root import ROOT

from ecgfuse.preprocess.kachuee import cut_single_beats
from ecgfuse.recordings.labelled_record import read_record
from ecgfuse.synthetic.database import write_synthetic_database

FS = 360
DATABASE = ROOT.parent / "shared" / "data" / "mitdb"
HAS_DATABASE = DATABASE.is_dir()
ENDINGS = (".hea", ".dat", ".atr")
_SYNTHETIC_MINUTES = 12.0


def write_part(folder: Path, name: str, *, seconds: int) -> list[Path]:
    """The first seconds of a record as header, signals and reference labels."""
    folder.mkdir(parents=True, exist_ok=True)
    source, end = str(_database(name) / name), seconds * FS
    wfdb.rdrecord(source, sampto=end, physical=False).wrsamp(write_dir=str(folder))
    beats = wfdb.rdann(source, "atr", sampto=end)
    wfdb.wrann(name, "atr", beats.sample, symbol=beats.symbol, fs=FS, write_dir=str(folder))
    return [folder / f"{name}{ending}" for ending in ENDINGS]


@cache
def _database(name: str) -> Path:
    if HAS_DATABASE:
        return DATABASE
    folder = Path(mkdtemp(prefix="ecgfuse-test-"))
    write_synthetic_database(folder, minutes=_SYNTHETIC_MINUTES, seed=0, records=[name])
    return folder


def write_as(path: Path, *, record: Path) -> Path:
    """Write a record as EDF, BDF or CSV without a column of times, by the extension."""
    found = wfdb.rdrecord(str(record.with_suffix("")))
    leads = dict(zip(found.sig_name, np.clip(found.p_signal.T, -4.99, 4.99), strict=True))
    if path.suffix == ".csv":
        return write_csv(path, columns=leads)
    return write_edf(path, leads={f"ECG {name}": lead for name, lead in leads.items()}, fs=FS)


def write_single_beats(path: Path, *, record: Path, labels: bool, rows: int = 40) -> Path:
    """A table of single beats of a record, perhaps with their labels in the last column."""
    lead = read_record(record.with_suffix(""), leads=("MLII",), fs=FS)
    beats = lead.beats
    pieces = cut_single_beats(lead.signal, fs=lead.fs, r_peaks=beats.r_peaks)
    table = np.column_stack([pieces.ecg, beats.labels])[beats.labels >= 0][:rows]
    np.savetxt(path, table if labels else table[:, :-1], delimiter=",", fmt="%.5g")
    return path
