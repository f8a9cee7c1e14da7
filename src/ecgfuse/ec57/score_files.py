"""Score annotation files, or folders of them, against reference annotation files."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.classes import EC57_CLASS_OF_CODE, EC57_CLASSES
from ecgfuse.ec57.counts import COLUMNS, ROWS, count_beats
from ecgfuse.ec57.labels import MATCH_WINDOW_S, BeatLabels, label_found, read_labels
from ecgfuse.ec57.scores import as_fractions, score, summarise
from ecgfuse.recordings.annotation_reader import NoAnnotationError


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


@dataclass(frozen=True, kw_only=True)
class RecordFiles:
    """The files to score, and those that have no counterpart."""

    pairs: dict[str, FilePair]
    """Record name -> its files, sorted by name."""
    without_test: list[str]
    """Records of the reference folder without a test file; they are not scored."""
    without_reference: list[str]
    """Records of the test folder without a reference file."""


def pair_files(
    reference: Path, test: Path, *, reference_annotator: str, test_annotator: str
) -> RecordFiles:
    """Find the files to score: two files, or those of all records in both of two folders.

    Args:
        reference_annotator: extension of the reference files in a folder.
        test_annotator: extension of the test files in a folder.

    Raises:
        ValueError: one path is a folder and the other is not, or no record is in both folders.
    """
    if not reference.is_dir() and not test.is_dir():
        pair = FilePair(reference=reference, test=test)
        return RecordFiles(pairs={reference.stem: pair}, without_test=[], without_reference=[])
    for path, other in ((reference, test), (test, reference)):
        if not path.is_dir():
            raise ValueError(
                f"{path} is not a folder, but {other} is; name two annotation files or two folders"
            )
    of_reference = {path.stem: path for path in sorted(reference.glob(f"*.{reference_annotator}"))}
    of_test = {path.stem: path for path in sorted(test.glob(f"*.{test_annotator}"))}
    pairs = {
        name: FilePair(reference=path, test=of_test[name])
        for name, path in of_reference.items()
        if name in of_test
    }
    if not pairs:
        raise ValueError(
            f"no record has both {reference}/RECORD.{reference_annotator} and "
            f"{test}/RECORD.{test_annotator}; check the folders, and name the extensions with "
            "--ref-annotator and --test-annotator"
        )
    return RecordFiles(
        pairs=pairs,
        without_test=[name for name in of_reference if name not in pairs],
        without_reference=[name for name in of_test if name not in pairs],
    )


def score_files(
    pair: FilePair,
    *,
    period: Period,
    fs: float | None = None,
    class_of_symbol: Mapping[str, str] = EC57_CLASS_OF_CODE,
    bxb_quirks: bool = False,
) -> np.ndarray:
    """Count the beats of two annotation files of one record, (7, 7) as `count_beats`.

    A test file without annotations is a test that found nothing.

    Args:
        fs: sampling rate in Hz for files that do not declare one.
        class_of_symbol: beat codes of the reference and their classes; the test file always uses
            the standard ones.

    Raises:
        ValueError: a file is unusable.
    """
    reference = read_labels(pair.reference, fs=fs, class_of_symbol=class_of_symbol)
    test = _read_test(pair.test, reference=reference, fs=fs, at=reference.fs)
    if not bxb_quirks and reference.fs * MATCH_WINDOW_S < 1:
        # Frames of a second, as beside signals with many samples a frame: the match window is less
        # than one of them, and the test has finer times.
        rate = max(reference.fs, _read_test(pair.test, reference=reference, fs=fs, at=None).fs)
        reference = read_labels(pair.reference, fs=fs, at=rate, class_of_symbol=class_of_symbol)
        test = _read_test(pair.test, reference=reference, fs=fs, at=rate)
    return count_beats(
        reference, test, start_s=period.start_s, end_s=period.end_s, bxb_quirks=bxb_quirks
    )


def _read_test(
    path: Path, *, reference: BeatLabels, fs: float | None, at: float | None
) -> BeatLabels:
    """Labels of the test file at a rate in Hz, or at its own."""
    try:
        return read_labels(path, fs=fs or reference.fs, at=at)
    except NoAnnotationError:
        none = np.empty(0, dtype=np.int64)
        return label_found(none, none.astype("<U1"), reference=reference)


def warn(files: RecordFiles, *, counts: Mapping[str, np.ndarray]) -> list[str]:
    """What is missing in the comparison, one sentence each.

    Args:
        counts: record name -> (7, 7), as `score_files` returns.
    """
    n_found = slice(len(EC57_CLASSES))
    silent = [name for name, of_record in counts.items() if not of_record[:, n_found].any()]
    return [
        f"{text}: {', '.join(names)}"
        for text, names in (
            ("not scored, since there is no test file", files.without_test),
            ("not scored, since there is no reference file", files.without_reference),
            ("no test beat in the test period", silent),
        )
        if names
    ]


def describe(
    counts: Mapping[str, np.ndarray], *, files: RecordFiles, period: Period, bxb_quirks: bool
) -> dict[str, object]:
    """Counts and scores of each record, and gross and average scores, for JSON.

    Scores are fractions, None where undefined.
    """
    return {
        "start_s": period.start_s,
        "end_s": period.end_s,
        "bxb_quirks": bxb_quirks,
        "without_test": files.without_test,
        "without_reference": files.without_reference,
        "records": {
            name: {"counts": _by_name(of_record), **as_fractions(score(of_record))}
            for name, of_record in counts.items()
        },
        **summarise(list(counts.values()), bxb_quirks=bxb_quirks),
    }


def _by_name(counts: np.ndarray) -> dict[str, dict[str, int]]:
    return {
        row: dict(zip(COLUMNS, numbers, strict=True))
        for row, numbers in zip(ROWS, counts.tolist(), strict=True)
    }
