"""The prepare stage: 12-lead recordings -> windows of ten seconds, and a table of them."""

from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import wfdb
from tqdm import tqdm

from ecgfuse.files import atomic_folder
from ecgfuse.pretrain.windows import z_score
from ecgfuse.records.resample import resample_signal
from ecgfuse.ssl12.config import RecordingsConfig
from ecgfuse.ssl12.leads import LEADS
from ecgfuse.ssl12.tables import list_recordings
from ecgfuse.workers import process_pool

WINDOW_S = 10.0
"""Length of a window, and of every recording of PTB-XL."""


def prepare(config: RecordingsConfig, *, raw: Path, out: Path, workers: int) -> None:
    """Read the first ten seconds of every recording.

    Recordings that are shorter, or have samples without a value in them, are left out; the table
    says so. No filter is used, as published; the scale is that of `z_score`.

    Args:
        raw: holds a folder for each database.
        out: folder; gets signal.npy, (n_recordings, 12, n_samples) float32, and windows.csv, its
            rows in the same order, with `readable`: 0 where the signal is left out, and zero.
        workers: processes; the result does not depend on them.

    Raises:
        ValueError: a database is missing, or a record cannot be read or lacks a lead.
    """
    table = pd.concat(
        [list_recordings(name, raw / name) for name in config.databases], ignore_index=True
    )
    paths = [raw / row["database"] / row["path"] for row in table.to_dict("records")]
    with process_pool(workers) as pool, atomic_folder(out) as folder:
        read = pool.map(partial(read_window, fs=config.fs), paths)
        bar = tqdm(read, total=len(paths), unit="record", disable=None)
        # Written one after the other: all of them may not fit into memory.
        signal = np.lib.format.open_memmap(
            folder / "signal.npy",
            mode="w+",
            dtype=np.float32,
            shape=(len(paths), len(LEADS), round(WINDOW_S * config.fs)),
        )
        readable = []
        for place, window in enumerate(bar):
            readable.append(int(window is not None))
            if window is not None:
                signal[place] = window
        signal.flush()
        table["readable"] = readable
        table.to_csv(folder / "windows.csv", index=False, lineterminator="\n")


def read_window(path: Path, *, fs: float) -> np.ndarray | None:
    """The first ten seconds of a record in twelve leads, z-scored; None where it has none.

    Args:
        path: path of the record without an extension.
        fs: sampling rate wanted, in Hz; others are resampled by a polyphase filter.

    Returns:
        (12, n_samples) float32.

    Raises:
        ValueError: the record cannot be read or lacks a lead.
    """
    try:
        record = wfdb.rdrecord(str(path))
    except Exception as error:
        raise ValueError(
            f"record {path.name}: it cannot be read ({error}); fetch it again with 'dvc repro "
            "--force download'"
        ) from error
    names = [name.upper() for name in record.sig_name]
    if missing := [lead for lead in LEADS if lead not in names]:
        raise ValueError(
            f"record {path.name}: lead {missing[0]} is missing; take its database out of "
            "recordings.databases"
        )
    signal = record.p_signal[: round(WINDOW_S * record.fs), [names.index(lead) for lead in LEADS]].T
    if signal.shape[1] < round(WINDOW_S * record.fs) or not np.isfinite(signal).all():
        return None
    if record.fs != fs:
        signal = np.stack([resample_signal(lead, up=fs, down=record.fs) for lead in signal])
    return z_score(signal[None, :, : round(WINDOW_S * fs)])[0]
