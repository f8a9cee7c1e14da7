"""Recordings -> beats of one length and scale, split by split."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.files import atomic_folder
from ecgfuse.preprocess.comparison import N_COMPARISONS, compare_waves
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.preprocess.filters import band_pass, remove_baseline
from ecgfuse.preprocess.reference import deviation, not_early, reference_beats
from ecgfuse.preprocess.segments import (
    SEGMENTS,
    Segment,
    cut_segments,
    scale_segments,
    segment_bounds,
)
from ecgfuse.records.annotations import UNLABELLED
from ecgfuse.records.reader import Record, read_record, read_second_lead
from ecgfuse.workers import process_pool


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
    with process_pool(workers) as pool:
        done = list(tqdm(pool.map(cut, names), total=len(names), unit="record", disable=None))
    by_name = dict(zip(names, done, strict=True))
    with atomic_folder(out) as folder:
        for name, records in split.records().items():
            save_beats(join_beats([by_name[record] for record in records]), folder / name)


def _read_and_cut(database: Path, name: str, *, config: PreprocessConfig) -> BeatSet:
    return cut_beats(*read_leads(database / name, config=config), config=config)


def read_leads(path: Path, *, config: PreprocessConfig) -> list[Record]:
    """The lead of a record that is classified, then the second one if asked for and there.

    Args:
        path: path of the record without an extension.

    Raises:
        ValueError: as `read_record`.
    """
    record = read_record(path, leads=config.leads, fs=config.fs)
    if not config.second_lead:
        return [record]
    second = read_second_lead(path, first=record, leads=config.leads)
    return [record] if second is None else [record, second]


def cut_beats(*leads: Record, config: PreprocessConfig, labelled: bool = True) -> BeatSet:
    """The beats of one record as a model sees them.

    The first and the last beat are left out: they lack an RR interval on one side.

    Args:
        leads: of one recording, as `read_leads` gives them.
        labelled: use only beats of the four classes; else all of them, for a record to predict.
    """
    record, beats = leads[0], leads[0].beats
    times_s = beats.r_peaks / record.fs
    rows, comparison = cut_rows(
        [filter_signal(lead.signal, config=config) for lead in leads],
        r_peaks=beats.r_peaks,
        times_s=times_s,
        config=config,
    )
    inner = np.ones(len(beats), dtype=bool)
    inner[[0, -1]] = False
    used = inner & (beats.labels != UNLABELLED) if labelled else inner
    annotated = pd.DataFrame(
        {
            "record": record.name,
            "sample": beats.r_peaks,
            "time_s": times_s,
            "symbol": beats.symbols,
            "label": beats.labels,
            "used": used.astype(np.int64),
        }
    )
    return BeatSet(ecg=rows[used[1:-1]], comparison=comparison[used[1:-1]], annotated=annotated)


def filter_signal(signal: np.ndarray, *, config: PreprocessConfig) -> np.ndarray:
    """A lead (n_samples,) in mV at config.fs, within the pass band and, if asked for, flattened."""
    band = (config.band[0], config.band[1])
    filtered = band_pass(signal, fs=config.fs, band=band, order=config.fir_order)
    if config.baseline == "median":
        remove_baseline(filtered, fs=config.fs, out=filtered)
    return filtered


def cut_rows(
    signals: Sequence[np.ndarray],
    *,
    r_peaks: np.ndarray,
    times_s: np.ndarray,
    config: PreprocessConfig,
) -> tuple[np.ndarray, np.ndarray]:
    """What a model sees of the waveform of every beat but the first and the last.

    Args:
        signals: one lead, or two, as `filter_signal` gives them, each (n_samples,) at config.fs.
        r_peaks: of all beats, (n_beats,) in samples, three or more.
        times_s: of the same beats; tells which of them come early.

    Returns:
        The rows (n_beats - 2, n_rows, length) and the comparisons with the median beat
        (n_beats - 2, n_comparisons), both float32.
    """
    usable = np.ones(len(r_peaks) - 2, dtype=bool)
    if config.reference_from == "not_early":
        usable = not_early(times_s)
    rows = np.empty((len(r_peaks) - 2, len(config.rows), config.length), dtype=np.float32)
    for segment in SEGMENTS:
        _fill_rows(rows, signals[0], segment=segment, r_peaks=r_peaks, usable=usable, config=config)
    return rows, _compare(signals, r_peaks=r_peaks, usable=usable, config=config)


def _fill_rows(
    rows: np.ndarray,
    signal: np.ndarray,
    *,
    segment: Segment,
    r_peaks: np.ndarray,
    usable: np.ndarray,
    config: PreprocessConfig,
) -> None:
    """Fill those rows (n_beats - 2, n_rows, length) that show one segment.

    Args:
        usable: which inner beats the patient's median beat is taken over, (n_beats - 2,) bool.
    """
    wanted = {row for row in config.rows if row.startswith(segment)}
    if not wanted:
        return
    edges_s = config.interval_s if segment == "interval" else config.window_s
    start, end = segment_bounds(r_peaks, fs=config.fs, segment=segment, edges_s=edges_s)
    cut = cut_segments(signal, start=start, end=end, length=config.length)
    beat = scale_segments(cut, scale=config.scale)
    views: dict[str, np.ndarray] = {segment: beat}
    if wanted != {segment}:
        median = reference_beats(
            beat, usable=usable, reference=config.reference, n_beats=config.reference_beats
        )
        views |= {f"{segment}_reference": median, f"{segment}_difference": beat - median}
    if f"{segment}_deviation" in wanted:
        views[f"{segment}_deviation"] = deviation(
            views[f"{segment}_difference"],
            usable=usable,
            reference=config.reference,
            n_beats=config.reference_beats,
        )
    for index, row in enumerate(config.rows):
        if row in wanted:
            rows[:, index] = views[row]


def _compare(
    signals: Sequence[np.ndarray],
    *,
    r_peaks: np.ndarray,
    usable: np.ndarray,
    config: PreprocessConfig,
) -> np.ndarray:
    """The comparisons that are asked for, (n_beats - 2, n_comparisons); 0 for a missing lead."""
    n_leads = config.comparisons * (1 + config.second_lead)
    comparison = np.zeros((len(r_peaks) - 2, n_leads, N_COMPARISONS), dtype=np.float32)
    for lead, signal in enumerate(signals[:n_leads]):
        comparison[:, lead] = compare_waves(
            signal,
            r_peaks=r_peaks,
            fs=config.fs,
            usable=usable,
            reference=config.reference,
            n_beats=config.reference_beats,
        )
    return comparison.reshape(len(comparison), -1)  # (n_beats - 2, n_leads * 6)


def join_beats(sets: Sequence[BeatSet]) -> BeatSet:
    """Several records one after the other."""
    return BeatSet(
        ecg=np.concatenate([beats.ecg for beats in sets]),
        comparison=np.concatenate([beats.comparison for beats in sets]),
        annotated=pd.concat([beats.annotated for beats in sets], ignore_index=True),
    )
