"""Tables of single beats: one beat of 187 samples per row, perhaps with a label.

The width decides nothing but whether the table is refused: whether a column holds the labels is
asked of the person. A guess would take a sample for a label, or a label for a sample.
"""

import shutil
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.classes import ABNORMAL, BeatClasses
from ecgfuse.annotate.statistics import count_classes
from ecgfuse.datasets.single_beats import FS, LENGTH
from ecgfuse.recordings.csv.rows import read_rows
from ecgfuse.recordings.csv.text import sniff_table
from ecgfuse.serve.analysis.columns import save_columns
from ecgfuse.serve.analysis.growing_array import GrowingArray
from ecgfuse.serve.analysis.job import Analysed, RecordingJob
from ecgfuse.serve.analysis.progress import Progress
from ecgfuse.serve.analysis.result import BEATS, REFERENCE, write_summary

LabelColumn = Literal["none", "first", "last"]
"""Where the labels are, by the person."""
SINGLE_BEATS = "single_beats"
"""Kind of a recording that is such a table."""
MOST_BEATS = 1_000_000
"""Rows of a table."""

_WAVEFORMS, _LABELS = "waveforms.npy", "labels.npy"
_FLOAT, _INTEGER = np.dtype("<f4"), np.dtype("<i8")
_ROWS = 2048
_WIDTHS = (LENGTH, LENGTH + 1)
_BYTES_PER_BEAT = 500
"""A guess for the progress, as long as the length of a table is not known."""


def table_width(path: Path) -> int:
    """Number of columns of a text file with a table.

    Raises:
        ValueError: it is none.
    """
    return len(sniff_table(path).columns)


def may_be_single_beats(path: Path) -> bool:
    """Whether a table has the width of one with a beat per row."""
    return table_width(path) in _WIDTHS


def check_layout(path: Path, *, label_column: str | None) -> None:
    """Check the width of a table against what the person says about its labels.

    Raises:
        ValueError: it has another width, or it is not known which column holds the labels.
    """
    width = table_width(path)
    if width not in _WIDTHS:
        raise ValueError(
            f"{path}: has {width} columns, but a table of single beats has {LENGTH} samples per "
            "row, and perhaps a label; cut the beats as described on the page"
        )
    with_label = width == LENGTH + 1
    if label_column is None:
        raise ValueError(
            f"{path}: has {width} columns; say whether one of them is a label, and which (field "
            '"Labels")'
        )
    if label_column not in ("none", "first", "last"):
        raise ValueError(f'the field "Labels" is {label_column!r}, but must be none, first or last')
    if with_label == (label_column == "none"):
        fault = (
            f"one more than the {LENGTH} samples of a beat; say which one is the label"
            if with_label
            else f"which are the {LENGTH} samples of a beat, so none of them is a label; choose "
            '"no label"'
        )
        raise ValueError(f"{path}: has {width} columns, {fault}")


def analyse_single_beats(
    job: RecordingJob, *, label_column: str | None, annotator: Annotator, progress: Progress
) -> Analysed:
    """Classify all beats of a table and write the result.

    Raises:
        ValueError: the table is unusable, or the model judges beats only in their recording.
        OSError: a file cannot be written.
    """
    progress.enter("reading")
    check_layout(job.path, label_column=label_column)
    folder = job.pyramid
    if not folder.is_dir():
        _convert(job, folder, label_column=str(label_column), progress=progress)
    waveforms = _load(folder / _WAVEFORMS)
    progress.enter("classifying")
    parts = []
    for first in range(0, len(waveforms), _ROWS):
        parts.append(annotator.classify_beats(waveforms[first : first + _ROWS]))
        progress.advance((first + _ROWS) / len(waveforms))
    beats = pd.concat(parts, ignore_index=True)
    beats.insert(0, "sample", np.arange(len(beats), dtype=np.int64))
    beats.insert(1, "time_s", np.full(len(beats), np.nan))
    progress.enter("writing")
    if label_column != "none":
        labels = _load(folder / _LABELS)
        beats[REFERENCE] = np.where(labels == 0, "N", ABNORMAL)
    save_columns(beats, job.folder / BEATS)
    write_summary(_summary(beats, job=job, annotator=annotator), job.folder)
    progress.finish()
    return Analysed(fs=None, n_samples=len(beats), leads=())


def read_waveform(folder: Path, *, row: int) -> tuple[np.ndarray, np.ndarray]:
    """One beat of a table.

    Args:
        folder: of the signals of the recording.
        row: from 0.

    Returns:
        Times from the R peak in seconds, and values, normally in [0, 1]; (187,) float64 each.

    Raises:
        ValueError: the table has not been read yet, or has no such row.
    """
    try:
        waveforms = _load(folder / _WAVEFORMS)
    except FileNotFoundError:
        raise ValueError(
            "this table has not been read yet; wait until its analysis is done"
        ) from None
    if not 0 <= row < len(waveforms):
        raise ValueError(f"there is no row {row}; the rows are 0 to {len(waveforms) - 1}")
    return np.arange(LENGTH) / FS, waveforms[row].astype(np.float64)


def _load(path: Path) -> np.ndarray:
    array: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def _convert(job: RecordingJob, folder: Path, *, label_column: str, progress: Progress) -> None:
    """Write a table as arrays; their folder appears when they are complete."""
    part = folder.with_name(f".{folder.name}.{job.part}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    expected = job.path.stat().st_size / _BYTES_PER_BEAT
    try:
        with (
            closing(GrowingArray(part / _WAVEFORMS, dtype=_FLOAT, columns=LENGTH)) as waveforms,
            closing(GrowingArray(part / _LABELS, dtype=_INTEGER, columns=None)) as labels,
        ):
            done = 0
            for ecg, of_rows in _read(job.path, label_column=label_column):
                waveforms.append(ecg)
                labels.append(_checked(of_rows, path=job.path, done=done))
                done += len(ecg)
                progress.advance(min(done / expected, 0.95))
                if done > MOST_BEATS:
                    raise ValueError(
                        f"{job.path}: has more than {MOST_BEATS:,} rows; cut it into several tables"
                    )
        if not folder.is_dir():
            part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _read(path: Path, *, label_column: str) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Waveforms (n, 187) and labels (n,), or (0,) without any, of some rows at a time."""
    table = sniff_table(path)
    first = 1 if label_column == "first" else 0
    label = {"first": 0, "last": LENGTH}.get(label_column)
    columns = range(LENGTH if label is None else LENGTH + 1)
    for rows in read_rows(table, columns=columns, n_rows=_ROWS):
        values = rows.to_numpy(dtype=np.float64)
        labels = np.empty(0) if label is None else values[:, label]
        yield values[:, first : first + LENGTH], labels


def _checked(labels: np.ndarray, *, path: Path, done: int) -> np.ndarray:
    """Labels as whole numbers, 0 for normal beats."""
    wrong = ~((labels >= 0) & (labels == np.floor(labels)) & (labels < 1000))  # also NaN
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"{path}: the label of row {done + row + 1} is {labels[row]:g}, but must be a whole "
            "number, 0 for normal beats; say which column holds the labels, or correct it"
        )
    return labels.astype(np.int64)


def _summary(beats: pd.DataFrame, *, job: RecordingJob, annotator: Annotator) -> dict[str, Any]:
    classes: BeatClasses = annotator.classes
    counts = count_classes(beats, classes=classes)
    classified = len(beats) - counts["Q"]
    flags = beats.loc[beats["flag"] != "", "flag"].value_counts().sort_index()
    file = annotator.model.file
    return {
        "recording": job.name,
        "path": job.name,
        "lead": None,
        "fs": None,
        "model": file.path.stem,
        "model_sha256": file.sha256,
        "version": version("ecgfuse"),
        "beats": len(beats),
        "counts": counts,
        "burden": {
            name: round(counts[name] / classified, 6) if classified else None
            for name in classes.names[1:]
        },
        "flags": {str(flag): int(n) for flag, n in flags.items()},
        "warnings": [],
    }
