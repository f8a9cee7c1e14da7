"""The beats stage: single beats of MIT-BIH by split, of PTB-XL, and of Kaggle's files."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.classes import CLASS_OF_CODE, EC57_CLASSES
from ecgfuse.datasets.single_beats import (
    SingleBeats,
    join_single_beats,
    no_single_beats,
    save_single_beats,
)
from ecgfuse.datasets.splits import SAME_SUBJECT, SplitConfig
from ecgfuse.download.checksums import read_records
from ecgfuse.engine.processes import process_pool
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.pipeline.params import require
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.single_beats import draw_classes
from ecgfuse.preprocess.kachuee import cut_single_beats
from ecgfuse.recordings.beats import read_beats
from ecgfuse.recordings.labelled_record import read_lead
from ecgfuse.studies.heartbeat.kaggle import find_kaggle, write_kaggle
from ecgfuse.studies.heartbeat.ptbxl import cut_ptbxl

RPeaks = Literal["annotations", "candidates"]

_NEAR_S = 0.15
"""Largest distance of a candidate from the annotation that labels it (EC57's match window)."""


@dataclass(frozen=True, kw_only=True)
class BeatsConfig:
    """Which single beats are cut."""

    group: ClassVar[str] = "beats"

    r_peaks: RPeaks
    """Where beats of MIT-BIH begin: at the annotations, as those of the published set do, or at the
    candidates of the paper. Beats of PTB-XL begin where the QRS detector finds them."""
    ptbxl_recordings: int
    """First recordings of PTB-XL to use."""
    kaggle: str
    """Folder of Kaggle's files, of MIT-BIH, of PTB Diagnostic or of both; empty: without."""

    def __post_init__(self) -> None:
        require(
            self.ptbxl_recordings >= 1,
            field="beats.ptbxl_recordings",
            value=self.ptbxl_recordings,
            cure="must be 1 or more",
        )


def cut_all(
    config: BeatsConfig,
    *,
    mitdb: Path,
    ptbxl: Path,
    split: SplitConfig,
    leads: Sequence[str],
    out: Path,
    figure: Path,
    workers: int,
) -> None:
    """Cut the beats of all databases.

    Args:
        mitdb: folder of the MIT-BIH records.
        ptbxl: folder of PTB-XL.
        leads: of MIT-BIH, in order of preference.
        out: gets mitdb/{train,valid,test,paced}, ptbxl/{train,valid,test} and kaggle/ with
            sets.csv and, if there are such files, mitbih_train, mitbih_test and ptbdb; paced has
            the records that the split leaves out.
        figure: PNG with the classes of the training records.
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a file is missing, damaged or not usable.
    """
    kaggle = find_kaggle(config.kaggle, environment=os.environ)
    parts = {**split.records(), "paced": left_out(mitdb, split=split)}
    paths = [mitdb / name for names in parts.values() for name in names]
    with atomic_folder(out) as folder:
        write_kaggle(kaggle, out=folder / "kaggle")  # first, since files of users may have faults
        cut = iter(cut_records(paths, leads=leads, r_peaks=config.r_peaks, workers=workers))
        for part, names in parts.items():
            mine = [next(cut) for _ in names]
            beats = join_single_beats([no_single_beats(EC57_CLASSES), *mine])
            save_single_beats(beats, folder / "mitdb" / part)
            if part == "train":
                save_figure(draw_classes(beats), figure)
        cut_ptbxl(ptbxl, n=config.ptbxl_recordings, out=folder / "ptbxl", workers=workers)


def left_out(database: Path, *, split: SplitConfig) -> list[str]:
    """The records of a database that are in no split, in the order of RECORDS.

    Raises:
        ValueError: RECORDS is missing.
    """
    used = {name for records in split.records().values() for name in records}
    if not (database / "RECORDS").is_file():
        raise ValueError(
            f"{database / 'RECORDS'}: no such file; fetch it again with 'dvc repro --force "
            "download'"
        )
    return [name for name in read_records(database, origin=str(database)) if name not in used]


def cut_records(
    paths: Sequence[Path], *, leads: Sequence[str], r_peaks: RPeaks, workers: int
) -> list[SingleBeats]:
    """Cut the beats of some records of MIT-BIH, one set per record.

    Args:
        paths: of the records, without extension.
        leads: in order of preference.
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a record is missing or not usable.
    """
    cut = partial(cut_record, leads=leads, r_peaks=r_peaks)
    with process_pool(workers) as pool:
        done = pool.map(cut, paths)
        return list(tqdm(done, total=len(paths), desc="MIT-BIH", unit="record", disable=None))


def cut_record(path: Path, *, leads: Sequence[str], r_peaks: RPeaks) -> SingleBeats:
    """Cut all beats of a record but the last.

    The published set has 109,446 beats of MIT-BIH, the 109,494 annotated ones without the last one
    of each of the 48 records: its counts by class (N 90,589, S 2,779, V 7,236, F 803, Q 8,039)
    agree exactly. So its beats lie at annotations, and so do these by default.

    Raises:
        ValueError: the record is missing or not usable.
    """
    signal, lead, fs = read_lead(path, leads=leads)
    annotated = read_beats(path, n_samples=len(signal), fs=fs)
    labels = np.array([EC57_CLASSES.index(CLASS_OF_CODE[code]) for code in annotated.symbols])
    if r_peaks == "annotations":
        pieces = cut_single_beats(signal, fs=fs, r_peaks=annotated.r_peaks)
        used = np.arange(len(labels))
    else:
        pieces = cut_single_beats(signal, fs=fs)
        found = nearest_candidates(pieces.r_peaks, annotated=annotated.r_peaks, within=_NEAR_S * fs)
        labels, used = labels[found >= 0], found[found >= 0]
    samples, ecg = pieces.r_peaks[used][:-1], pieces.ecg[used][:-1]
    table = pd.DataFrame(
        {
            "record": path.name,
            "patient": SAME_SUBJECT[0] if path.name in SAME_SUBJECT else path.name,
            "lead": lead,
            "sample": samples,
            "time_s": samples / fs,
            "label": labels[:-1],
        }
    )
    beats = SingleBeats(ecg=ecg, table=table, classes=EC57_CLASSES)
    return beats.at(ecg.max(axis=1) > 0)  # none in ten seconds without signal


def nearest_candidates(
    candidates: np.ndarray, *, annotated: np.ndarray, within: float
) -> np.ndarray:
    """The candidate nearest to each annotated beat, among those to which no other beat is nearer.

    Args:
        candidates: (n_candidates,) in samples, ascending.
        annotated: (n_beats,) the same, two beats or more.
        within: largest distance, in samples.

    Returns:
        Indices (n_beats,) int64 into `candidates`, -1 where there is none.
    """
    later = np.clip(np.searchsorted(annotated, candidates), 1, len(annotated) - 1)
    is_later = annotated[later] - candidates < candidates - annotated[later - 1]
    beat = np.where(is_later, later, later - 1)
    distance = np.abs(candidates - annotated[beat])
    found = np.full(len(annotated), -1)
    # From far to near, so that the nearest one is written last.
    for candidate in np.argsort(-distance, kind="stable"):
        if distance[candidate] <= within:
            found[beat[candidate]] = candidate
    return found
