"""The beats of a split as published, in files: the output of the stage prepare."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from tqdm import tqdm

from ecgfuse.datasets.arrays import load_array, require_file
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.engine.processes import process_pool
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.studies.published.beats import CutRecord, RRBetween, cut_record

Option = Literal["opt1", "opt2", "opt3"]
"""opt1: one row, the window, and 7 features late; opt2: three rows, the interval and 2 ratios
repeated over time; opt3: the rows of opt2 and the 7 features late."""
RR_BETWEEN: tuple[RRBetween, ...] = ("annotations", "beats")

_ARRAYS = ("window", "interval", "ratios", "features")


@dataclass(frozen=True)
class PublishedBeats:
    """Input and labels of the beats of a split."""

    rows: Tensor
    """(n, 1 or 3, 128) float32."""
    rr: Tensor
    """(n, 7) float32; opt2 does not use it."""
    labels: Tensor
    """(n,) int64."""
    records: np.ndarray
    """(n,) names of the records."""
    samples: np.ndarray
    """(n,) R peaks, in samples."""

    def __len__(self) -> int:
        return len(self.labels)

    def at(self, chosen: np.ndarray) -> "PublishedBeats":
        """Those of a mask (n,) bool."""
        index = torch.from_numpy(chosen)
        return PublishedBeats(
            rows=self.rows[index],
            rr=self.rr[index],
            labels=self.labels[index],
            records=self.records[chosen],
            samples=self.samples[chosen],
        )


def join_published(parts: Sequence[PublishedBeats]) -> PublishedBeats:
    """The beats of several sets, one after the other."""
    return PublishedBeats(
        rows=torch.cat([part.rows for part in parts]),
        rr=torch.cat([part.rr for part in parts]),
        labels=torch.cat([part.labels for part in parts]),
        records=np.concatenate([part.records for part in parts]),
        samples=np.concatenate([part.samples for part in parts]),
    )


def prepare(database: Path, *, split: SplitConfig, out: Path, workers: int) -> None:
    """Cut all records of the split, with both kinds of RR intervals.

    Args:
        database: folder of the WFDB records.
        out: gets SPLIT/annotations and SPLIT/beats, each with four arrays and beats.csv.
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a record is missing or not usable.
    """
    with process_pool(workers) as pool, atomic_folder(out) as folder:
        for name, records in split.records().items():
            paths = [database / record for record in records]
            done = pool.map(cut_record, paths)
            cut = list(tqdm(done, total=len(paths), desc=name, unit="record", disable=None))
            for rr_between in RR_BETWEEN:
                of_kind = [one[rr_between] for one in cut]
                save_cut(of_kind, records, folder / name / rr_between)


def save_cut(cut: Sequence[CutRecord], names: Sequence[str], folder: Path) -> None:
    """Write the beats of several records to a new folder."""
    folder.mkdir(parents=True)
    for array in _ARRAYS:
        np.save(folder / f"{array}.npy", np.concatenate([getattr(one, array) for one in cut]))
    tables = [
        pd.DataFrame(
            {
                "record": name,
                "sample": one.samples,
                "label": one.labels,
                "has_window": one.has_window.astype(int),
                "has_interval": one.has_interval.astype(int),
            }
        )
        for name, one in zip(names, cut, strict=True)
    ]
    pd.concat(tables).to_csv(folder / "beats.csv", index=False, lineterminator="\n")


def load_published(
    prepared: Path, split: str, *, option: Option, rr_between: RRBetween
) -> PublishedBeats:
    """Load the beats that an option keeps.

    opt3 takes its seven features from the beats of opt1, so it keeps those that both have.

    Args:
        prepared: output folder of `prepare`.

    Raises:
        ValueError: a file is missing.
    """
    folder = prepared / split / rr_between
    require_file(folder / "beats.csv")
    table = pd.read_csv(folder / "beats.csv", dtype={"record": str})
    window, interval = table["has_window"] == 1, table["has_interval"] == 1
    kept = {"opt1": window, "opt2": interval, "opt3": window & interval}[option].to_numpy()
    ecg = load_array(folder / f"{'window' if option == 'opt1' else 'interval'}.npy")[kept]
    rows = torch.from_numpy(ecg)[:, None]
    if option != "opt1":
        rows = with_rows(rows, torch.from_numpy(load_array(folder / "ratios.npy")[kept]))
    return PublishedBeats(
        rows=rows,
        rr=torch.from_numpy(load_array(folder / "features.npy")[kept]),
        labels=torch.from_numpy(table["label"].to_numpy()[kept]),
        records=table["record"].to_numpy(dtype=str)[kept],
        samples=table["sample"].to_numpy()[kept],
    )


def with_rows(ecg: Tensor, constants: Tensor) -> Tensor:
    """Add numbers as constant rows: (n, r, L), (n, c) -> (n, r + c, L)."""
    return torch.cat([ecg, constants[:, :, None].expand(-1, -1, ecg.shape[2])], dim=1)
