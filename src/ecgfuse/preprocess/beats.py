"""Recordings -> beats of one length and scale, split by split."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.files import atomic_folder
from ecgfuse.preprocess.comparison import compare_waves
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.preprocess.filters import band_pass, remove_baseline
from ecgfuse.preprocess.reference import deviation, not_early, reference_beats
from ecgfuse.preprocess.segments import cut_segments, scale_segments, segment_bounds
from ecgfuse.records.annotations import UNLABELLED
from ecgfuse.records.reader import Record, read_record


def preprocess(
    database: Path, *, config: PreprocessConfig, split: SplitConfig, out: Path, workers: int
) -> None:
    """Cut the beats of every record in the split lists and write one folder for each split.

    Args:
        database: folder of the WFDB records.
        out: gets train/, valid/ and test/, each with ecg.npy and beats.csv.
        workers: processes; the result does not depend on them.

    Raises:
        ValueError: a record is missing or not usable.
    """
    names = [name for records in split.records().values() for name in records]
    cut = partial(_read_and_cut, database, config=config)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        done = list(tqdm(pool.map(cut, names), total=len(names), unit="record", disable=None))
    by_name = dict(zip(names, done, strict=True))
    with atomic_folder(out) as folder:
        for name, records in split.records().items():
            save_beats(join_beats([by_name[record] for record in records]), folder / name)


def _read_and_cut(database: Path, name: str, *, config: PreprocessConfig) -> BeatSet:
    return cut_beats(read_record(database / name, leads=config.leads, fs=config.fs), config=config)


def cut_beats(record: Record, *, config: PreprocessConfig, labelled: bool = True) -> BeatSet:
    """The beats of one record as a model sees them.

    The first and the last beat are left out: they lack an RR interval on one side.

    Args:
        labelled: use only beats of the four classes; else all of them, for a record to predict.
    """
    signal = band_pass(
        record.signal, fs=record.fs, band=(config.band[0], config.band[1]), order=config.fir_order
    )
    if config.baseline == "median":
        signal = remove_baseline(signal, fs=record.fs)
    beats = record.beats
    usable = _usable(record, config=config)
    views = {
        **_segment_views(signal, record=record, segment="interval", usable=usable, config=config),
        **_segment_views(signal, record=record, segment="window", usable=usable, config=config),
    }
    comparison = np.empty((len(beats) - 2, 0), dtype=np.float32)
    if config.comparisons:
        comparison = compare_waves(
            signal,
            r_peaks=beats.r_peaks,
            fs=record.fs,
            usable=usable,
            reference=config.reference,
            n_beats=config.reference_beats,
        )
    inner = np.ones(len(beats), dtype=bool)
    inner[[0, -1]] = False
    used = inner & (beats.labels != UNLABELLED) if labelled else inner
    annotated = pd.DataFrame(
        {
            "record": record.name,
            "sample": beats.r_peaks,
            "time_s": beats.r_peaks / record.fs,
            "symbol": beats.symbols,
            "label": beats.labels,
            "used": used.astype(np.int64),
        }
    )
    return BeatSet(
        ecg=np.stack([views[row] for row in config.rows], axis=1)[used[1:-1]],
        comparison=comparison[used[1:-1]],
        annotated=annotated,
    )


def _usable(record: Record, *, config: PreprocessConfig) -> np.ndarray:
    """Which inner beats the patient's median beat is taken over, (n_beats - 2,) bool."""
    if config.reference_from == "not_early":
        return not_early(record.beats.r_peaks / record.fs)
    return np.ones(len(record.beats) - 2, dtype=bool)


def _segment_views(
    signal: np.ndarray,
    *,
    record: Record,
    segment: Literal["interval", "window"],
    usable: np.ndarray,
    config: PreprocessConfig,
) -> dict[str, np.ndarray]:
    """The rows of one segment that are asked for, by name, each (n_beats - 2, length)."""
    wanted = {row for row in config.rows if row.startswith(segment)}
    if not wanted:
        return {}
    edges_s = config.interval_s if segment == "interval" else config.window_s
    start, end = segment_bounds(
        record.beats.r_peaks, fs=record.fs, segment=segment, edges_s=(edges_s[0], edges_s[1])
    )
    cut = cut_segments(signal, start=start, end=end, length=config.length)
    beat = scale_segments(cut, scale=config.scale)
    if wanted == {segment}:
        return {segment: beat}
    median = reference_beats(
        beat, usable=usable, reference=config.reference, n_beats=config.reference_beats
    )
    views = {segment: beat, f"{segment}_reference": median, f"{segment}_difference": beat - median}
    if f"{segment}_deviation" in wanted:
        views[f"{segment}_deviation"] = deviation(
            beat - median,
            usable=usable,
            reference=config.reference,
            n_beats=config.reference_beats,
        )
    return views


def join_beats(sets: Sequence[BeatSet]) -> BeatSet:
    """Several records one after the other."""
    return BeatSet(
        ecg=np.concatenate([beats.ecg for beats in sets]),
        comparison=np.concatenate([beats.comparison for beats in sets]),
        annotated=pd.concat([beats.annotated for beats in sets], ignore_index=True),
    )
