"""The prepare stage: 12-lead recordings -> windows of ten seconds, and a table of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.engine.processes import process_pool
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pretrain.windows import z_score
from ecgfuse.recordings.resample import resample_signal
from ecgfuse.recordings.wfdb.record import open_record, plain_rate, read_mv
from ecgfuse.studies.ssl12.config import RecordingsConfig
from ecgfuse.studies.ssl12.lead_sets import LEADS
from ecgfuse.studies.ssl12.recordings_table import DOWNLOAD_AGAIN, list_recordings

WINDOW_S = 10.0
"""Length of a window, and of every recording of PTB-XL."""


def prepare(config: RecordingsConfig, *, raw: Path, out: Path, workers: int) -> None:
    """Read the first ten seconds of every recording.

    Recordings that are shorter or have missing samples there are left out and marked in the table.
    No filter is used, as published; signals are scaled by `z_score`.

    Args:
        raw: parent of the folders of the databases.
        out: folder for signal.npy, (n_recordings, 12, n_samples) float32, and windows.csv with rows
            in the same order; `readable` is 0 where a signal was left out and set to zero.
        workers: processes; results do not depend on it.

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
    """The first ten seconds of a record in twelve leads, z-scored; None if there are none.

    Args:
        path: path of the record without an extension.
        fs: target sampling rate in Hz; other rates are resampled by a polyphase filter.

    Returns:
        (12, n_samples) float32.

    Raises:
        ValueError: the record cannot be read or lacks a lead.
    """
    with _named_errors(path):
        record = open_record(path.with_name(f"{path.name}.hea"), trusted=True)
    name_of = {name.upper(): name for name in reversed(record.leads)}
    if missing := [lead for lead in LEADS if lead not in name_of]:
        raise ValueError(
            f"record {path.name}: lead {missing[0]} is missing; remove its database from "
            "recordings.databases"
        )
    names = [name_of[lead] for lead in LEADS]
    with _named_errors(path):
        file_fs = plain_rate(record, names)
        n_samples = round(WINDOW_S * file_fs)
        if record.n_frames < n_samples:
            return None
        signal = _first(read_mv(record, names), n_samples=n_samples).T
    if not np.isfinite(signal).all():
        return None
    if file_fs != fs:
        signal = np.stack([resample_signal(lead, up=fs, down=file_fs) for lead in signal])
    return z_score(signal[None, :, : round(WINDOW_S * fs)])[0]


def _first(blocks: Iterator[np.ndarray], *, n_samples: int) -> np.ndarray:
    """The first samples of blocks, (n_samples, n_leads); the rest is not read."""
    taken: list[np.ndarray] = []
    while sum(map(len, taken)) < n_samples:
        taken.append(next(blocks))
    return np.concatenate(taken)[:n_samples]


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    """Add the record and the cure to errors of the reader."""
    try:
        yield
    except ValueError as error:
        raise ValueError(
            f"record {path.name}: it cannot be read ({error}); {DOWNLOAD_AGAIN}"
        ) from error
