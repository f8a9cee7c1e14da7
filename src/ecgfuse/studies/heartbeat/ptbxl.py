"""Single beats of PTB-XL in all twelve leads, normal or abnormal by the recording's statements.

A recording is normal if its diagnostic statement is NORM with a likelihood of 100 % and no other,
and abnormal if it has another one with 100 % and no NORM. All others are left out: NORM together
with other statements ("both"), no diagnostic statement, such as flutter or a pacemaker alone
("neither"), and likelihoods below 100 % ("uncertain"). Of the first 500 recordings 242 are normal
and 158 abnormal; 7 are left out as both, 12 as neither and 81 as uncertain. The label is that of
the recording: not every beat of an abnormal one looks abnormal.
"""

import ast
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.datasets.single_beats import (
    BINARY,
    SingleBeats,
    join_single_beats,
    no_single_beats,
    save_single_beats,
)
from ecgfuse.datasets.splits import SPLITS
from ecgfuse.engine.processes import process_pool
from ecgfuse.preprocess.filters import remove_baseline
from ecgfuse.preprocess.kachuee import cut_single_beats
from ecgfuse.qrs.detect import FS, detect_r_peaks, move_to_r_peaks
from ecgfuse.recordings.resample import resample_signal
from ecgfuse.recordings.wfdb.record import open_record, plain_rate, read_mv
from ecgfuse.studies.ssl12.recordings_table import DOWNLOAD_AGAIN

LEADS = ("I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6")
"""As in ssl12.lead_sets, which loads torch; every worker process would."""
Diagnosis = Literal["normal", "abnormal", "both", "neither", "uncertain"]

_CERTAIN = 100.0  # %
_SPLIT_OF_FOLD = {**dict.fromkeys(range(1, 7), "train"), 7: "valid", 8: "valid"}
"""Folds 9 and 10 are for test. A patient is in one fold only."""


def cut_ptbxl(folder: Path, *, n: int, out: Path, workers: int) -> None:
    """Cut the beats of the first recordings, and write one folder per split.

    Args:
        folder: of PTB-XL.
        n: recordings to use.
        out: gets train/, valid/, test/, and recordings.csv, which is `list_recordings`.
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a table or a record is missing or damaged.
    """
    table = list_recordings(folder, n=n)
    used = table[table["diagnosis"].isin(BINARY)].reset_index(drop=True)
    paths = [folder / path for path in used["path"]]
    labels = [BINARY.index(diagnosis) for diagnosis in used["diagnosis"]]
    with process_pool(workers) as pool:
        done = pool.map(cut_recording, paths, used["patient"], labels)
        cut = list(tqdm(done, total=len(paths), desc="PTB-XL", unit="record", disable=None))
    for split in SPLITS:
        mine = [cut[place] for place in np.flatnonzero(used["split"] == split)]
        save_single_beats(join_single_beats([no_single_beats(BINARY), *mine]), out / split)
    table.to_csv(out / "recordings.csv", index=False, lineterminator="\n")


def list_recordings(folder: Path, *, n: int) -> pd.DataFrame:
    """The first recordings: path (without extension), patient, split and diagnosis.

    Raises:
        ValueError: a table is missing, or none of the records is there.
    """
    records = _read_csv(folder / "ptbxl_database.csv")
    statements = _read_csv(folder / "scp_statements.csv").set_index("Unnamed: 0")
    diagnostic = set(statements.index[statements["diagnostic"] == 1.0])
    records = records[[(folder / f"{path}.hea").is_file() for path in records["filename_hr"]]]
    if records.empty:
        raise ValueError(f"{folder}: no recording of PTB-XL; {DOWNLOAD_AGAIN}")
    rows = [
        {
            "path": row["filename_hr"],
            "patient": str(int(row["patient_id"])),
            "split": _SPLIT_OF_FOLD.get(int(row["strat_fold"]), "test"),
            "diagnosis": diagnosis(ast.literal_eval(row["scp_codes"]), diagnostic=diagnostic),
        }
        for row in records.head(n).to_dict("records")
    ]
    return pd.DataFrame(rows)


def diagnosis(codes: Mapping[str, float], *, diagnostic: Collection[str]) -> Diagnosis:
    """The diagnosis of a recording by its statements.

    Args:
        codes: statement -> likelihood in %.
        diagnostic: the diagnostic statements; others describe form or rhythm.
    """
    stated = {code: likelihood for code, likelihood in codes.items() if code in diagnostic}
    if not stated:
        return "neither"
    if "NORM" in stated and len(stated) > 1:
        return "both"
    if max(stated.values()) < _CERTAIN:
        return "uncertain"
    return "normal" if "NORM" in stated else "abnormal"


def cut_recording(path: Path, patient: str, label: int) -> SingleBeats:
    """Cut all beats of a recording but the last, lead by lead.

    PTB-XL has no annotations of beats. They are detected in lead II, and all leads have the same R
    peaks, so that leads differ in nothing else. A recording with missing samples has no beats.

    Args:
        path: of the record, without extension.

    Raises:
        ValueError: the record cannot be read or lacks a lead.
    """
    signals, fs = _read_leads(path)
    if not np.isfinite(signals).all():
        return no_single_beats(BINARY)
    r_peaks = find_r_peaks(signals[LEADS.index("II")], fs=fs)[:-1]
    samples = np.tile(r_peaks, len(LEADS))
    table = pd.DataFrame(
        {
            "record": path.name,
            "patient": patient,
            "lead": np.repeat(LEADS, len(r_peaks)),
            "sample": samples,
            "time_s": samples / fs,
            "label": label,
        }
    )
    cut = [cut_single_beats(signal, fs=fs, r_peaks=r_peaks).ecg for signal in signals]
    ecg = np.concatenate(cut)  # (12 * n_beats, 187)
    # A lead without signal has no beats.
    return SingleBeats(ecg=ecg, table=table, classes=BINARY).at(ecg.max(axis=1) > 0)


def find_r_peaks(signal: np.ndarray, *, fs: float) -> np.ndarray:
    """R peaks of one lead, found as by `annotate`.

    Args:
        signal: (n_samples,) in mV, finite.
        fs: its sampling rate in Hz.

    Returns:
        (n_beats,) int64 in samples of the signal, ascending.
    """
    lead = resample_signal(signal, up=FS, down=fs)
    filtered = remove_baseline(lead, fs=FS)
    places = move_to_r_peaks(detect_r_peaks(lead), filtered=filtered, fs=FS)
    samples = np.rint(places * (fs / FS)).astype(np.int64)
    return np.minimum(samples, len(signal) - 1)


def _read_leads(path: Path) -> tuple[np.ndarray, float]:
    """All leads of a record in the order of LEADS, (12, n_samples) in mV, and their rate in Hz."""
    try:
        record = open_record(path.with_name(f"{path.name}.hea"), trusted=True)
        name_of = {name.upper(): name for name in reversed(record.leads)}
        if missing := [lead for lead in LEADS if lead not in name_of]:
            raise ValueError(f"lead {missing[0]} is missing")
        names = [name_of[lead] for lead in LEADS]
        return np.concatenate(list(read_mv(record, names))).T, plain_rate(record, names)
    except ValueError as error:
        raise ValueError(f"record {path.name}: {error}; {DOWNLOAD_AGAIN}") from error


def _read_csv(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise ValueError(f"{path}: no such file; {DOWNLOAD_AGAIN}")
    return pd.read_csv(path)
