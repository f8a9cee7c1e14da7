"""Score annotation files, or folders of them, against reference annotation files."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.classes import EC57_CLASS_OF_CODE
from ecgfuse.ec57.counts import COLUMNS, ROWS, count_beats
from ecgfuse.ec57.labels import read_labels
from ecgfuse.ec57.scores import as_fractions, score, summarise


@dataclass(frozen=True, kw_only=True)
class Period:
    """Test period: the part of each record that is scored, in seconds.

    Raises:
        ValueError: the period is empty, or a limit is not a finite number.
    """

    start_s: float
    """300 in EC57: the first five minutes are the learning period."""
    end_s: float | None = None
    """None: the end of the record."""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.start_s) and self.start_s >= 0):
            raise ValueError(
                f"start of the test period (--start, ec57.start_s) is {self.start_s:g} s, but "
                "must be 0 or more"
            )
        if self.end_s is not None and not self.start_s < self.end_s < math.inf:
            raise ValueError(
                f"end of the test period (--end) is {self.end_s:g} s, but must be later than its "
                f"start, {self.start_s:g} s"
            )


@dataclass(frozen=True, kw_only=True)
class FilePair:
    """Reference and test annotation file of one record."""

    reference: Path
    test: Path


def pair_files(
    reference: Path, test: Path, *, reference_annotator: str, test_annotator: str
) -> dict[str, FilePair]:
    """Find the files to score: two files, or those of all records in both of two folders.

    Args:
        reference_annotator: extension of the reference files in a folder.
        test_annotator: extension of the test files in a folder.

    Returns:
        Record name -> its files, sorted by name.

    Raises:
        ValueError: only one of the two is a folder, or the folders share no record.
    """
    if not reference.is_dir() and not test.is_dir():
        return {reference.stem: FilePair(reference=reference, test=test)}
    for path, other in ((reference, test), (test, reference)):
        if not path.is_dir():
            raise ValueError(
                f"{path} is not a folder, but {other} is; name two annotation files or two folders"
            )
    pairs = {
        path.stem: FilePair(reference=path, test=test / f"{path.stem}.{test_annotator}")
        for path in sorted(reference.glob(f"*.{reference_annotator}"))
    }
    pairs = {name: pair for name, pair in pairs.items() if pair.test.is_file()}
    if not pairs:
        raise ValueError(
            f"no record has both {reference}/RECORD.{reference_annotator} and "
            f"{test}/RECORD.{test_annotator}; check the folders, and name the extensions with "
            "--ref-annotator and --test-annotator"
        )
    return pairs


def score_files(
    pair: FilePair,
    *,
    period: Period,
    fs: float | None = None,
    class_of_symbol: Mapping[str, str] = EC57_CLASS_OF_CODE,
) -> np.ndarray:
    """Count the beats of two annotation files of one record, (7, 7) as `count_beats`.

    Args:
        fs: sampling rate in Hz for files that do not declare one.
        class_of_symbol: beat codes of the reference and their classes; the test file always uses
            the standard ones.

    Raises:
        ValueError: a file is unusable, or the sampling rates differ.
    """
    reference = read_labels(pair.reference, fs=fs, class_of_symbol=class_of_symbol)
    test = read_labels(pair.test, fs=fs or reference.fs)
    try:
        return count_beats(reference, test, start_s=period.start_s, end_s=period.end_s)
    except ValueError as error:
        raise ValueError(f"{pair.reference} and {pair.test}: {error}") from None


def describe(counts: Mapping[str, np.ndarray], *, period: Period) -> dict[str, object]:
    """Counts and scores of each record, and gross and average scores, for JSON.

    Scores are fractions, None where undefined.
    """
    return {
        "start_s": period.start_s,
        "end_s": period.end_s,
        "records": {
            name: {"counts": _by_name(of_record), **as_fractions(score(of_record))}
            for name, of_record in counts.items()
        },
        **summarise(list(counts.values())),
    }


def _by_name(counts: np.ndarray) -> dict[str, dict[str, int]]:
    return {
        row: dict(zip(COLUMNS, numbers, strict=True))
        for row, numbers in zip(ROWS, counts.tolist(), strict=True)
    }
