"""Predictions as WFDB annotation files, for viewers and scoring tools."""

from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.ec57.labels import match_window, read_labels
from ecgfuse.ec57.pairing import UNPAIRED, pair_beats
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.recordings.annotation_writer import ANNOTATOR, write_annotation_file

UNCLASSIFIED = "Q"
"""Code of a beat without a prediction."""


def write_annotations(predictions: pd.DataFrame, *, database: Path, folder: Path) -> list[str]:
    """Write FOLDER/RECORD.ecgfuse for each record of a table of predictions.

    Reference beats without a prediction are written as unclassified: the first and the last beat of
    a record, paced beats, and beats that the reference does not classify. So they do not count as
    missed, nor as correct in any class.

    Args:
        predictions: table from `prediction_table`.
        database: folder of the headers and the reference annotations, RECORD.atr.
        folder: output folder, replaced as a whole.

    Returns:
        Sorted names of the records.

    Raises:
        ValueError: a record has no usable reference annotations.
    """
    names = sorted(predictions["record"].unique())
    with atomic_folder(folder) as temporary:
        for name in names:
            reference = read_labels(database / f"{name}.atr")
            samples, symbols = label_beats(
                predictions[predictions["record"] == name],
                reference=reference.samples,
                fs=reference.fs,
            )
            write_annotation_file(
                temporary / f"{name}.{ANNOTATOR}", samples, symbols.tolist(), fs=reference.fs
            )
    return names


def label_beats(
    predictions: pd.DataFrame, *, reference: np.ndarray, fs: float
) -> tuple[np.ndarray, np.ndarray]:
    """Times and codes of all beats of one record.

    Args:
        predictions: rows of one record.
        reference: times of all its beats in samples, (n_beats,).
        fs: sampling rate of the record in Hz, which may differ from that of the pipeline.

    Returns:
        Samples (n,) int64, ascending, and codes (n,) of one character.
    """
    predicted = np.rint(predictions["time_s"].to_numpy() * fs).astype(np.int64)
    pairs = pair_beats(reference, predicted, window=match_window(fs))
    left = reference[pairs[pairs[:, 1] == UNPAIRED, 0]]
    samples = np.concatenate([predicted, left])
    symbols = np.concatenate(
        [predictions["predicted"].to_numpy(dtype="<U1"), np.full(len(left), UNCLASSIFIED)]
    )
    order = np.argsort(samples, kind="stable")
    return samples[order], symbols[order]
