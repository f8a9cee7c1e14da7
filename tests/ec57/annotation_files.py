"""Small WFDB annotation files and EC57 matrices with given content."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import wfdb

from ecgfuse.ec57.counts import COLUMNS, ROWS
from ecgfuse.ec57.episodes import Episodes
from ecgfuse.ec57.labels import BeatLabels
from ecgfuse.ec57.score_files import FilePair, Period, score_files

FS = 360.0
WINDOW = 54
"""Samples in 150 ms at 360 Hz."""
MINUTE = 21_600
"""Samples."""
START = 5 * MINUTE
"""First sample of the test period by default."""
_MARK = re.compile(r"([^\d(-]?)(?:\((-?\d+)\))?(-?\d+)")


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


def write_list(path: Path, marks: str, *, fs: float | None = None) -> Path:
    """Write an annotation file from a list such as "N100 500 ~(-1)900 ]1500".

    Each mark is a symbol, if it is not that of the mark before; a subtype in parentheses, if it is
    not 0; and the time in samples after START.
    """
    symbols, subtypes, samples = [""], [], []
    for mark in marks.split():
        match = _MARK.fullmatch(mark)
        assert match, mark
        symbol, subtype, time = match.groups()
        symbols.append(symbol or symbols[-1])
        subtypes.append(int(subtype or 0))
        samples.append(START + int(time))
    return write_annotations(path, samples, symbols[1:], subtypes=subtypes, fs=fs)


def write_header(path: Path, *, length: int = 30 * MINUTE, fs: float = FS) -> None:
    """Write the header of a record with one signal."""
    signal = f"{path.stem}.dat 16 200/mV 16 0 0 0 0 II"
    path.write_text(f"{path.stem} 1 {fs:g} {length}\n{signal}\n")


def cells_of_lists(
    folder: Path,
    lists: str,
    *,
    start: float = START,
    end: int | None = None,
    length: int = 30 * MINUTE,
    bxb_quirks: bool = False,
) -> dict[str, int]:
    """The nonzero cells, such as Nn, of a comparison of two lists, "REFERENCE / TEST".

    Args:
        folder: where the files are written.
        start: of the test period in samples of the record.
        end: of the test period in samples after START.
        length: of the record in samples.
    """
    reference, test = lists.split("/")
    write_header(folder / "case.hea", length=length)
    pair = FilePair(
        reference=write_list(folder / "case.atr", reference),
        test=write_list(folder / "case.tst", test),
    )
    period = Period(start_s=start / FS, end_s=None if end is None else (START + end) / FS)
    return cells(score_files(pair, period=period, bxb_quirks=bxb_quirks))


def labels(
    samples: Sequence[int],
    classes: str,
    *,
    shutdowns: Sequence[tuple[int, int]] = (),
    end: int | None = 30 * MINUTE,
    fs: float = FS,
) -> BeatLabels:
    """Labels without a file."""
    return BeatLabels(
        samples=np.array(samples, dtype=np.int64),
        classes=np.array(list(classes), dtype="<U1"),
        fibrillation=Episodes.of([]),
        shutdowns=Episodes.of([(first, last, 0) for first, last in shutdowns]),
        end=end,
        fs=fs,
    )


def cells(matrix: np.ndarray) -> dict[str, int]:
    """The nonzero cells of an EC57 matrix: Nn, Vo and so on."""
    return {
        ROWS[row] + COLUMNS[column]: int(matrix[row, column]) for row, column in np.argwhere(matrix)
    }


def counts(**numbers: int) -> np.ndarray:
    """An EC57 matrix, (7, 7), with these cells, such as Nn=90, and zeros."""
    matrix = np.zeros((7, 7), dtype=np.int64)
    for name, number in numbers.items():
        matrix[ROWS.index(name[0]), COLUMNS.index(name[1])] = number
    return matrix
