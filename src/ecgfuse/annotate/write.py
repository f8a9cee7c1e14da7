"""The beats of a recording as files: a WFDB annotation file and a CSV table."""

from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.annotate.classes import AAMI, BeatClasses
from ecgfuse.recordings.annotation_writer import write_annotation_file

QUALITY = "~"
"""Code of a mark of signal quality."""
_UNREADABLE, _READABLE = 0x30, 0
"""Subtypes of signal quality marks (bxb manual)."""


def write_annotation(
    beats: pd.DataFrame,
    path: Path,
    *,
    fs: float,
    silent_s: np.ndarray | None = None,
    classes: BeatClasses = AAMI,
) -> None:
    """Write the classes as a WFDB annotation file, as read by rdann, LightWAVE and bxb.

    Segments without a signal start and end with a signal quality mark, "~". A class whose name is
    no code of WFDB stands beside its code as a note.

    Args:
        beats: table with at least one beat, as `Annotator.annotate` returns.
        path: output file, of any name.
        fs: sampling rate of `beats.sample` in Hz.
        silent_s: start and end of the segments without a signal in seconds, (n_spans, 2).
        classes: `Annotator.classes`.
    """
    samples, names, subtypes = annotations_of(beats, fs=fs, silent_s=silent_s)
    codes = classes.codes
    write_annotation_file(
        path,
        samples,
        [codes.get(name, name) for name in names],
        fs=fs,
        subtypes=subtypes,
        notes=[name if name in codes else "" for name in names] if codes else None,
    )


def annotations_of(
    beats: pd.DataFrame, *, fs: float, silent_s: np.ndarray | None
) -> tuple[np.ndarray, list[str], np.ndarray]:
    """What an annotation file holds, in order of time. The arguments are those of the file.

    Returns:
        Samples, (n,) int64; names of the classes, or `QUALITY`; and subtypes, (n,) int64.
    """
    edges = np.empty(0) if silent_s is None else np.rint(silent_s * fs).reshape(-1)
    samples = np.concatenate([edges.astype(np.int64), beats["sample"].to_numpy()])
    names = np.concatenate([np.full(len(edges), QUALITY), beats["class"].to_numpy(dtype=str)])
    subtypes = np.zeros(len(samples), dtype=np.int64)
    subtypes[: len(edges)] = np.resize([_UNREADABLE, _READABLE], len(edges))
    order = np.argsort(samples, kind="stable")
    return samples[order], names[order].tolist(), subtypes[order]


def write_beats(beats: pd.DataFrame, path: Path) -> None:
    """Write the table as CSV: sample, time_s, class, p_NAME of each class, flag."""
    beats.to_csv(path, index=False, float_format="%.6f", lineterminator="\n")
