"""Beats and shutdowns (unreadable spans) of an annotation file for EC57 scoring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.classes import EC57_CLASS_OF_CODE
from ecgfuse.recordings.annotation_reader import read_annotation
from ecgfuse.recordings.wfdb.header import Header, read_header

MATCH_WINDOW_S = 0.15
"""Beats at most this far apart may be matched (EC57)."""

_NOISE = "~"
_BOTH_SIGNALS_UNREADABLE = 0x30
"""Bits of the subtype of a noise mark; if both are set, a shutdown begins (bxb manual)."""


@dataclass(frozen=True, kw_only=True)
class BeatLabels:
    """Labels of one annotation file; times in samples."""

    samples: np.ndarray
    """Beats outside ventricular flutter and fibrillation, (n_beats,) int64, ascending."""
    classes: np.ndarray
    """EC57 class of each beat, (n_beats,) of one character."""
    shutdowns: np.ndarray
    """First and last sample of each span with unreadable signals, (n_spans, 2)."""
    end: int
    """Length of the record; without a header, the time of the last annotation."""
    fs: float
    """Sampling rate of the times in Hz."""


def match_window(fs: float) -> int:
    """EC57 match window in samples: 54 at 360 Hz."""
    return int(MATCH_WINDOW_S * fs + 0.5)


def label_found(samples: np.ndarray, classes: np.ndarray, *, reference: BeatLabels) -> BeatLabels:
    """Labels of beats found in the record of `reference`, without shutdowns.

    Args:
        samples: (n_beats,) int64 at the rate of the reference, ascending.
        classes: EC57 class of each beat, (n_beats,) of one character.
    """
    return BeatLabels(
        samples=samples,
        classes=classes,
        shutdowns=np.empty((0, 2), dtype=np.int64),
        end=reference.end,
        fs=reference.fs,
    )


def read_labels(
    path: Path, *, fs: float | None = None, class_of_symbol: Mapping[str, str] = EC57_CLASS_OF_CODE
) -> BeatLabels:
    """Read an annotation file, such as mitdb/100.atr.

    Args:
        fs: sampling rate in Hz, for a file without a rate and without a header beside it.
        class_of_symbol: beat codes and their classes; other annotations are not beats.

    Raises:
        ValueError: as `read_annotation`; or no sampling rate is known, or the header is damaged.
    """
    annotations = read_annotation(path)
    header = _header_beside(path)
    rate = annotations.fs or (header.fs if header else None) or fs
    if not (rate and rate > 0):
        raise ValueError(
            f"{path}: neither the file nor a header beside it gives the sampling rate; put "
            f"{path.stem}.hea there (or set --fs of 'ecgfuse score')"
        )
    samples, symbols = annotations.samples, annotations.symbols.tolist()
    is_beat = np.array([symbol in class_of_symbol for symbol in symbols])
    is_scored = is_beat & ~_in_fibrillation(symbols)
    return BeatLabels(
        samples=samples[is_scored],
        classes=np.array(
            [class_of_symbol[symbols[index]] for index in np.flatnonzero(is_scored)], dtype="<U1"
        ),
        shutdowns=_find_shutdowns(
            samples,
            symbols,
            annotations.subtypes.tolist(),
            is_beat=is_beat,
            window=match_window(rate),
        ),
        end=(header and header.n_frames) or int(samples[-1]),
        fs=float(rate),
    )


def _header_beside(path: Path) -> Header | None:
    """The record header beside an annotation file, or None where there is none."""
    header = path.with_suffix(".hea")
    return read_header(header) if header.is_file() else None


def _in_fibrillation(symbols: Sequence[str]) -> np.ndarray:
    """Whether each annotation lies between '[' and ']', (n,) bool; a last '[' may stay open."""
    inside = False
    within = np.zeros(len(symbols), dtype=bool)
    for index, symbol in enumerate(symbols):
        if symbol in ("[", "]"):
            inside = symbol == "["
        within[index] = inside
    return within


def _find_shutdowns(
    samples: np.ndarray,
    symbols: Sequence[str],
    subtypes: Sequence[int],
    *,
    is_beat: np.ndarray,
    window: int,
) -> np.ndarray:
    """First and last sample of each shutdown, (n_spans, 2) int64.

    A shutdown lasts until the next noise mark of another kind. If a beat comes first, the mark is
    in the style of the AHA database, in the middle of the span: the shutdown then lasts from one
    match window after the previous beat to one match window before the next (bxb manual).
    """
    spans: list[tuple[int, int]] = []
    never = np.iinfo(np.int64).max
    begin: int | None = None  # of the shutdown that is open
    last_beat: int | None = None
    for sample, symbol, subtype, beat in zip(samples, symbols, subtypes, is_beat, strict=True):
        if beat:
            if begin is not None:
                before = 0 if last_beat is None else last_beat + window
                spans.append((before, int(sample) - window))
            begin, last_beat = None, int(sample)
        elif symbol == _NOISE:
            is_shutdown = subtype & _BOTH_SIGNALS_UNREADABLE == _BOTH_SIGNALS_UNREADABLE
            if not is_shutdown and begin is not None:
                spans.append((begin, int(sample)))
                begin = None
            elif is_shutdown and begin is None:
                begin = int(sample)
    if begin is not None:
        spans.append((begin, never))
    return np.array(spans, dtype=np.int64).reshape(-1, 2)
