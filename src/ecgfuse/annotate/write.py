"""The beats of a recording as files: a WFDB annotation file and a table."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import wfdb

ANNOTATOR = "ecgfuse"
"""Extension of the annotation files."""

_QUALITY = "~"
_UNREADABLE, _READABLE = 0x30, 0
"""Subtypes of marks of the signal quality (manual of bxb)."""


def write_annotation(
    beats: pd.DataFrame, path: Path, *, fs: float, silent_s: np.ndarray | None = None
) -> None:
    """Write the classes as a WFDB annotation file, which rdann, LightWAVE or bxb can read.

    Stretches without a signal begin and end with a mark of the signal quality, "~".

    Args:
        beats: one or more, as `Annotator.annotate` gives them.
        path: any name.
        fs: rate in Hz that `beats.sample` counts at.
        silent_s: begin and end of the stretches without a signal in seconds, (n_spans, 2).
    """
    edges = np.empty(0) if silent_s is None else np.rint(silent_s * fs).reshape(-1)
    samples = np.concatenate([edges.astype(np.int64), beats["sample"].to_numpy()])
    symbols = np.concatenate([np.full(len(edges), _QUALITY), beats["class"].to_numpy(dtype=str)])
    subtypes = np.zeros(len(samples), dtype=np.int64)
    subtypes[: len(edges)] = np.resize([_UNREADABLE, _READABLE], len(edges))
    order = np.argsort(samples, kind="stable")
    # wfdb refuses names of records with blanks or letters of other scripts.
    with tempfile.TemporaryDirectory() as folder:
        wfdb.wrann(
            "record",
            ANNOTATOR,
            samples[order],
            symbol=symbols[order].tolist(),
            subtype=subtypes[order],
            fs=fs,
            write_dir=folder,
        )
        path.write_bytes((Path(folder) / f"record.{ANNOTATOR}").read_bytes())


def write_beats(beats: pd.DataFrame, path: Path) -> None:
    """Write the table as CSV: sample, time_s, class, p_N, p_S, p_V, p_F, flag."""
    beats.to_csv(path, index=False, float_format="%.6f", lineterminator="\n")
