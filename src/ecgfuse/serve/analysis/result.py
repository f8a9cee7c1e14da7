"""What an analysis has found, as files in its folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd

from ecgfuse.annotate.annotation import Annotation
from ecgfuse.annotate.classes import AAMI, ABNORMAL, NORMAL_ABNORMAL, BeatClasses
from ecgfuse.annotate.quality import BadSpans
from ecgfuse.annotate.summary import RecordingSummary
from ecgfuse.pipeline.files import atomic_file, write_json
from ecgfuse.serve.analysis.attention import save_attention
from ecgfuse.serve.analysis.columns import load_columns, save_columns

BEATS, BAD, SUMMARY, FILTERED = "beats.npz", "without_signal.npz", "summary.json", "filtered.npy"
"""Files of a result. The summary is written last, so a folder with it is complete."""
REFERENCE = "reference"
"""Column with the class of the reference annotation, "" where there is no beat in it."""

_EXTRA = "serve"
"""Field of the summary file with what belongs to the web application alone."""


@dataclass(frozen=True, kw_only=True)
class AnalysisResult:
    """An analysis that has ended."""

    folder: Path
    beats: pd.DataFrame
    """One row per beat, as `Annotator.annotate` returns. Where the recording has reference
    annotations there is a column `REFERENCE`, too. Single beats have the number of their row, from
    0, as sample, and NaN as time_s."""
    summary: RecordingSummary
    """Of single beats without a rhythm, only the fields that they have."""
    without_signal: list[tuple[float, float, str]]
    """Begin and end in seconds of segments without a usable signal, and why; they may overlap."""
    silent_s: np.ndarray
    """Begin and end of gaps and flat lines in seconds, (n, 2), disjoint."""
    filtered_fs: float
    """Sampling rate of `filtered` in Hz; 0 for single beats."""

    @property
    def classes(self) -> BeatClasses:
        """The classes of the model."""
        return NORMAL_ABNORMAL if f"p_{ABNORMAL}" in self.beats.columns else AAMI

    @property
    def filtered(self) -> np.ndarray:
        """The analysed lead as the model sees it, (n,) float16 in mV, mapped into memory."""
        return cast(np.ndarray, np.load(self.folder / FILTERED, mmap_mode="r", allow_pickle=False))


def has_result(folder: Path) -> bool:
    """Whether the folder of an analysis holds a complete result."""
    return (folder / SUMMARY).is_file()


def save_result(
    annotation: Annotation,
    folder: Path,
    *,
    summary: RecordingSummary,
    reference: np.ndarray | None = None,
) -> None:
    """Write the result of a recording.

    Args:
        folder: of the analysis; it exists.
        reference: class of the reference for each beat, (n_beats,) str.

    Raises:
        OSError: a file cannot be written; then there is no result.
    """
    beats = annotation.beats
    if reference is not None:
        beats = beats.assign(**{REFERENCE: reference})
    _save_filtered(annotation.filtered, folder / FILTERED)
    _save_bad(annotation.bad, folder / BAD, fs=annotation.fs)
    save_columns(beats, folder / BEATS)
    if annotation.attention is not None:
        save_attention(annotation.attention, folder)
    write_summary(summary, folder, filtered_fs=annotation.fs)


def write_summary(summary: Mapping[str, object], folder: Path, *, filtered_fs: float = 0.0) -> None:
    """Write the summary, the last file of a result."""
    write_json({**summary, _EXTRA: {"filtered_fs": filtered_fs}}, folder / SUMMARY)


def load_result(folder: Path) -> AnalysisResult:
    """Read the result of an analysis.

    Raises:
        ValueError: there is none (yet).
    """
    try:
        summary: dict[str, Any] = json.loads((folder / SUMMARY).read_text())
    except FileNotFoundError:
        raise ValueError("this analysis has no result yet; wait until it is done") from None
    extra = summary.pop(_EXTRA)
    bad, fs = pd.DataFrame(columns=["first", "end", "reason"]), extra["filtered_fs"]
    if (folder / BAD).is_file():
        bad = load_columns(folder / BAD)
    spans = bad[["first", "end"]].to_numpy(dtype=np.int64)
    reasons = bad["reason"].to_numpy(dtype=str)
    seconds = spans / (fs or 1)
    return AnalysisResult(
        folder=folder,
        beats=load_columns(folder / BEATS),
        summary=cast(RecordingSummary, summary),
        without_signal=[
            (round(begin, 3), round(end, 3), str(reason))
            for (begin, end), reason in zip(seconds.tolist(), reasons.tolist(), strict=True)
        ],
        silent_s=BadSpans(spans=spans, reasons=reasons).silent() / (fs or 1),
        filtered_fs=fs,
    )


def _save_filtered(filtered: np.ndarray, path: Path) -> None:
    """As float16: exact to 1 µV up to 2 mV, and to a thousandth above."""
    largest = float(np.finfo(np.float16).max)
    with atomic_file(path) as temporary, temporary.open("wb") as file:
        np.save(file, filtered.clip(-largest, largest).astype(np.float16), allow_pickle=False)


def _save_bad(bad: BadSpans, path: Path, *, fs: float) -> None:
    table = {"first": bad.spans[:, 0], "end": bad.spans[:, 1], "reason": bad.reasons.astype(str)}
    save_columns(pd.DataFrame(table), path)
