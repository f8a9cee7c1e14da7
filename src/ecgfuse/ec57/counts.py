"""The EC57 matrix of a beat-by-beat comparison."""

import numpy as np

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.ec57.episodes import Episodes
from ecgfuse.ec57.labels import BeatLabels, match_window, nearest_sample
from ecgfuse.ec57.pairing import UNPAIRED, pair_from
from ecgfuse.ec57.quirks import as_read_by_bxb, remembered

ROWS = (*EC57_CLASSES, "O", "X")
"""Of the reference. O: no beat; X: no beat because the signals are unreadable (shutdown)."""
COLUMNS = tuple(name.lower() for name in ROWS)
"""Of the test."""


def count_beats(
    reference: BeatLabels,
    test: BeatLabels,
    *,
    start_s: float,
    end_s: float | None = None,
    bxb_quirks: bool = False,
) -> np.ndarray:
    """Compare two annotation files of one record as `bxb` of WFDB does.

    `pair_from` chooses the beats at the start of the test period. At its end, a pair counts if
    either beat lies at or before the end. A beat without a partner is O in the other file, or X
    within a shutdown of that file. A test beat without a partner does not count within fibrillation
    of the reference.

    Args:
        start_s: start of the test period in seconds; 300 in EC57, after the learning period.
        end_s: end of the test period in seconds; None: the end of the record, or the last beat of
            the reference where the length of the record is not known.
        bxb_quirks: with the limits of `bxb` that docs/ec57.md lists.

    Returns:
        Numbers of beats, (7, 7) int64, in the order of ROWS and COLUMNS.

    Raises:
        ValueError: the two files have different sampling rates.
    """
    fs = reference.fs
    if fs != test.fs:
        raise ValueError(
            f"the reference has a sampling rate of {fs:g} Hz, the test {test.fs:g} Hz; convert "
            "the times to one rate"
        )
    if bxb_quirks:
        reference, test = as_read_by_bxb(reference, test)
    pairs = pair_from(
        reference.samples,
        test.samples,
        start=nearest_sample(start_s, fs=fs),
        window=match_window(fs),
        first=int(bxb_quirks),  # not the beat at sample 0
    )
    current = np.column_stack(
        [
            _upcoming(pairs[:, 0], n_beats=len(reference.samples)),
            _upcoming(pairs[:, 1], n_beats=len(test.samples)),
        ]
    )
    end = reference.end if end_s is None else nearest_sample(end_s, fs=fs)
    counts = np.zeros((len(ROWS), len(COLUMNS)), dtype=np.int64)
    for (i, j), (i_now, j_now) in zip(pairs.tolist(), current.tolist(), strict=True):
        beats = [(reference, i), (test, j)]
        time = min(int(labels.samples[k]) for labels, k in beats if k != UNPAIRED)
        if time > end if end is not None else i_now == len(reference.samples):
            break
        if i != UNPAIRED:
            row = str(reference.classes[i])
        elif _cover(reference.fibrillation, time, current=i_now, bxb_quirks=bxb_quirks):
            continue
        else:
            row = _missing(reference, time, current=i_now, bxb_quirks=bxb_quirks)
        if j != UNPAIRED:
            column = str(test.classes[j])
        else:
            column = _missing(test, time, current=j_now, bxb_quirks=bxb_quirks)
        if row in ROWS and column in ROWS and not {row, column} <= {"O", "X"}:
            counts[ROWS.index(row), ROWS.index(column)] += 1
    return counts


def _upcoming(column: np.ndarray, *, n_beats: int) -> np.ndarray:
    """Index of the next beat of one file at each row of the pairs, (n_events,); n_beats after all.

    Args:
        column: indices of the beats of this file, or UNPAIRED, (n_events,).
    """
    indices = np.where(column == UNPAIRED, n_beats, column)
    return np.minimum.accumulate(indices[::-1])[::-1]


def _missing(labels: BeatLabels, time: int, *, current: int, bxb_quirks: bool) -> str:
    """Name of a beat that a file does not have: X within a shutdown, else O."""
    shut = _cover(labels.shutdowns, time, current=current, bxb_quirks=bxb_quirks)
    return "X" if shut else "O"


def _cover(episodes: Episodes, time: int, *, current: int, bxb_quirks: bool) -> bool:
    """Whether a sample lies in an episode, with `bxb_quirks` one of those that `bxb` remembers.

    Args:
        current: index of the beat of the file that is compared.
    """
    return (remembered(episodes, current=current) if bxb_quirks else episodes).cover(time)
