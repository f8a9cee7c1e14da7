"""The preprocess stage: recordings -> beats of one length and scale, split by split."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from tqdm import tqdm

from ecgfuse.classes import UNLABELLED
from ecgfuse.datasets.beats import BeatSet, save_beats
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.engine.processes import process_pool
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.preprocess.filters import band_pass, remove_baseline
from ecgfuse.preprocess.morphology import N_MORPHOLOGY, morphology_features
from ecgfuse.preprocess.reference import deviation, not_early, reference_beats
from ecgfuse.preprocess.segments import (
    SEGMENTS,
    Segment,
    cut_segments,
    scale_segments,
    segment_bounds,
)
from ecgfuse.recordings.labelled_record import Record, read_record, read_second_lead


def preprocess(
    database: Path, *, config: PreprocessConfig, split: SplitConfig, out: Path, workers: int
) -> None:
    """Cut the beats of every record of the split and write one folder per split.

    Args:
        database: folder of the WFDB records.
        out: gets train/, valid/ and test/, each with ecg.npy, comparison.npy and beats.csv.
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a record is missing or not usable.
    """
    names = [name for records in split.records().values() for name in records]
    cut = cut_records(database, names, config=config, workers=workers)
    by_name = dict(zip(names, cut, strict=True))
    with atomic_folder(out) as folder:
        for name, records in split.records().items():
            save_beats(join_beats([by_name[record] for record in records]), folder / name)


def cut_records(
    database: Path, names: Sequence[str], *, config: PreprocessConfig, workers: int
) -> list[BeatSet]:
    """Cut the beats of some records of a database, one set per record.

    Args:
        workers: processes; results do not depend on it.

    Raises:
        ValueError: a record is missing or not usable.
    """
    cut = partial(_read_and_cut, database, config=config)
    with process_pool(workers) as pool:
        return list(tqdm(pool.map(cut, names), total=len(names), unit="record", disable=None))


def _read_and_cut(database: Path, name: str, *, config: PreprocessConfig) -> BeatSet:
    return cut_beats(*read_leads(database / name, config=config), config=config)


def read_leads(path: Path, *, config: PreprocessConfig) -> list[Record]:
    """Read the lead to classify and, if preprocess.second_lead is on, the second lead if any.

    Args:
        path: of the record, without extension.

    Raises:
        ValueError: as `read_record`.
    """
    record = read_record(path, leads=config.leads, fs=config.fs)
    if not config.second_lead:
        return [record]
    second = read_second_lead(path, first=record, leads=config.leads)
    return [record] if second is None else [record, second]


def cut_beats(*leads: Record, config: PreprocessConfig, labelled: bool = True) -> BeatSet:
    """Cut the beats of one record as input for a model.

    The first and the last beat are left out, since they lack an RR interval on one side.

    Args:
        leads: of one recording, as returned by `read_leads`.
        labelled: use only beats of the four classes; False uses all beats, for prediction.
    """
    record, beats = leads[0], leads[0].beats
    times_s = beats.r_peaks / record.fs
    rows, morphology = cut_rows(
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
    return BeatSet(ecg=rows[used[1:-1]], morphology=morphology[used[1:-1]], annotated=annotated)


def filter_signal(signal: np.ndarray, *, config: PreprocessConfig) -> np.ndarray:
    """Band-pass a lead (n_samples,), in mV at config.fs, and remove the baseline if configured."""
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
    """Cut the waveform rows and morphology features of every beat but the first and the last.

    Args:
        signals: one or two leads as returned by `filter_signal`, each (n_samples,) at config.fs.
        r_peaks: of all beats, (n_beats,) in samples, three or more.
        times_s: of the same beats, in seconds; determines which of them are early.

    Returns:
        The rows (n_beats - 2, n_rows, length) and the morphology features
        (n_beats - 2, n_morphology), both float32.
    """
    usable = np.ones(len(r_peaks) - 2, dtype=bool)
    if config.reference_from == "not_early":
        usable = not_early(times_s)
    rows = np.empty((len(r_peaks) - 2, len(config.rows), config.length), dtype=np.float32)
    for segment in SEGMENTS:
        _fill_rows(rows, signals[0], segment=segment, r_peaks=r_peaks, usable=usable, config=config)
    return rows, _morphology(signals, r_peaks=r_peaks, usable=usable, config=config)


def _fill_rows(
    rows: np.ndarray,
    signal: np.ndarray,
    *,
    segment: Segment,
    r_peaks: np.ndarray,
    usable: np.ndarray,
    config: PreprocessConfig,
) -> None:
    """Fill the rows of one segment in `rows` (n_beats - 2, n_rows, length).

    Args:
        usable: which inner beats enter the patient's median beat, (n_beats - 2,) bool.
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


def _morphology(
    signals: Sequence[np.ndarray],
    *,
    r_peaks: np.ndarray,
    usable: np.ndarray,
    config: PreprocessConfig,
) -> np.ndarray:
    """The configured morphology features, (n_beats - 2, n_morphology); 0 for a missing lead."""
    n_leads = config.comparisons * (1 + config.second_lead)
    morphology = np.zeros((len(r_peaks) - 2, n_leads, N_MORPHOLOGY), dtype=np.float32)
    for lead, signal in enumerate(signals[:n_leads]):
        morphology[:, lead] = morphology_features(
            signal,
            r_peaks=r_peaks,
            fs=config.fs,
            usable=usable,
            reference=config.reference,
            n_beats=config.reference_beats,
        )
    return morphology.reshape(len(morphology), -1)  # (n_beats - 2, n_leads * 6)


def join_beats(sets: Sequence[BeatSet]) -> BeatSet:
    """Concatenate the beats of several records."""
    return BeatSet(
        ecg=np.concatenate([beats.ecg for beats in sets]),
        morphology=np.concatenate([beats.morphology for beats in sets]),
        annotated=pd.concat([beats.annotated for beats in sets], ignore_index=True),
    )
