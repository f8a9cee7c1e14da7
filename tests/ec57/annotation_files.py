"""Small WFDB annotation files and EC57 matrices with given content."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wfdb

from ecgfuse.ec57.counts import COLUMNS, ROWS
from ecgfuse.ec57.labels import BeatLabels

FS = 360.0
WINDOW = 54
"""Samples in 150 ms at 360 Hz."""
MINUTE = 21_600
"""Samples."""
NO_SPANS = np.empty((0, 2), dtype=np.int64)


def write_annotations(
    path: Path,
    samples: Sequence[int],
    symbols: Sequence[str],
    *,
    subtypes: Sequence[int] | None = None,
    fs: float | None = FS,
) -> Path:
    """Write an annotation file; with `fs` None it declares no rate."""
    wfdb.wrann(
        path.stem,
        path.suffix[1:],
        np.array(samples),
        symbol=list(symbols),
        subtype=None if subtypes is None else np.array(subtypes),
        fs=fs,
        write_dir=str(path.parent),
    )
    return path


def labels(
    samples: Sequence[int],
    classes: str,
    *,
    shutdowns: np.ndarray = NO_SPANS,
    end: int = 30 * MINUTE,
    fs: float = FS,
) -> BeatLabels:
    """Labels without a file."""
    return BeatLabels(
        samples=np.array(samples, dtype=np.int64),
        classes=np.array(list(classes), dtype="<U1"),
        shutdowns=shutdowns,
        end=end,
        fs=fs,
    )


def counts(**numbers: int) -> np.ndarray:
    """An EC57 matrix, (7, 7), with these cells, such as Nn=90, and zeros."""
    matrix = np.zeros((7, 7), dtype=np.int64)
    for name, number in numbers.items():
        matrix[ROWS.index(name[0]), COLUMNS.index(name[1])] = number
    return matrix
