"""Synthetic 12-lead recordings in the layout of PTB-XL, and windows as prepare writes them."""

from pathlib import Path

import numpy as np
import pandas as pd
import wfdb

from ecgfuse.studies.ssl12.labels import SUPERCLASSES
from ecgfuse.studies.ssl12.lead_sets import LEADS

FS = 100.0


def write_record(
    path: Path, *, seconds: float = 10.0, fs: float = FS, comments: tuple[str, ...] = (), **changes
) -> None:
    """Write a sine of 1 Hz in every lead, with an amplitude of 0.1 mV times the lead number."""
    names = changes.get("leads", LEADS)
    time = np.arange(round(seconds * fs)) / fs
    signal = np.sin(2 * np.pi * time)[:, None] * (1 + np.arange(len(names))) / 10
    if changes.get("broken"):
        signal[3] = np.nan
    path.parent.mkdir(parents=True, exist_ok=True)
    wfdb.wrsamp(
        path.name,
        fs=fs,
        units=["mV"] * len(names),
        sig_name=list(names),
        p_signal=signal,
        fmt=["16"] * len(names),
        comments=list(comments),
        write_dir=str(path.parent),
    )


def write_ptbxl(folder: Path, rows: list[dict]) -> None:
    """Write recordings and tables of PTB-XL; each row has patient, fold and codes."""
    table = []
    for number, row in enumerate(rows, start=1):
        path = f"records500/00000/{number:05d}_hr"
        write_record(folder / path, **row.get("record", {}))
        table.append(
            {
                "ecg_id": number,
                "patient_id": row["patient"],
                "scp_codes": str(row["codes"]),
                "strat_fold": row["fold"],
                "filename_hr": path,
            }
        )
    pd.DataFrame(table).to_csv(folder / "ptbxl_database.csv", index=False)
    statements = pd.DataFrame(
        {
            "diagnostic": [1.0, 1.0, 1.0, np.nan, np.nan],
            "diagnostic_class": ["NORM", "MI", "MI", np.nan, np.nan],
        },
        index=["NORM", "IMI", "AMI", "SR", "AFIB"],
    )
    statements.to_csv(folder / "scp_statements.csv")


def write_windows(folder: Path, *, n: int = 48, n_samples: int = 100) -> None:
    """Write windows whose level separates recordings with infarction from normal ones.

    The last eight are two each of four patients, and form the split identify.
    """
    rng = np.random.default_rng(0)
    diseased = np.arange(n) % 2 == 1
    signal = rng.standard_normal((n, 12, n_samples)) + 2.0 * diseased[:, None, None]
    patients = np.arange(n)
    patients[-8:] = n + np.arange(8) // 2
    signal[-8:] += 5 * rng.standard_normal((4, 12, 1)).repeat(2, axis=0)
    splits = np.array(["train", "train", "valid", "valid", "train", "train", "test", "test"])
    splits = np.append(np.resize(splits, n - 8), ["identify"] * 8)
    table = pd.DataFrame(
        {
            "database": "ptb-xl",
            "name": [f"{i:05d}_hr" for i in range(n)],
            "path": "nowhere",
            "patient": [f"ptb-xl {patient}" for patient in patients],
            "split": splits,
            **dict.fromkeys(SUPERCLASSES, 0),
            "rhythm": np.where(diseased, 0, 3),
            "readable": 1,
        }
    )
    table["NORM"], table["MI"] = (~diseased).astype(int), diseased.astype(int)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "signal.npy", signal.astype(np.float32))
    table.to_csv(folder / "windows.csv", index=False)
