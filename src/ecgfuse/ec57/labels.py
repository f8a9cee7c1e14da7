"""What a WFDB annotation file says for an EC57 comparison: beats, and spans without analysis."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import wfdb

from ecgfuse.ec57.mapping import EC57_CLASSES
from ecgfuse.records.annotation_file import read_annotation

MATCH_WINDOW_S = 0.15
"""Two beats this far apart, or less, may be the same beat (EC57)."""

_NOISE = "~"
_BOTH_SIGNALS_UNREADABLE = 0x30
"""Bits of the subtype of a noise mark; both set, the mark begins a shutdown (manual of bxb)."""


@dataclass(frozen=True, kw_only=True)
class BeatLabels:
    """The labels of one annotation file, in samples."""

    samples: np.ndarray
    """Times of the beats outside ventricular fibrillation, (n_beats,) int64, ascending."""
    classes: np.ndarray
    """EC57 class of each, (n_beats,) of one character."""
    shutdowns: np.ndarray
    """First and last sample of each span in which the signals were unreadable, (n_spans, 2)."""
    end: int
    """Length of the record in samples; without a header, the time of the last annotation."""
    fs: float
    """Sampling rate in Hz that the times are counted in."""


def match_window(fs: float) -> int:
    """The EC57 match window in samples: 54 at 360 Hz."""
    return int(MATCH_WINDOW_S * fs + 0.5)


def read_labels(
    path: Path, *, fs: float | None = None, class_of_symbol: Mapping[str, str] = EC57_CLASSES
) -> BeatLabels:
    """Read an annotation file, such as mitdb/100.atr.

    Args:
        fs: sampling rate in Hz, for a file that has none in it and no header beside it.
        class_of_symbol: beat codes and their classes; other annotations are no beats.

    Raises:
        ValueError: as `read_annotation`; or there is no sampling rate, or a damaged header.
    """
    annotations = read_annotation(path)
    header = _read_header(path)
    rate = annotations.fs or (header.fs if header else None) or fs
    if not (rate and rate > 0):
        raise ValueError(
            f"{path}: neither the file nor a header beside it gives the sampling rate; put "
            f"{path.stem}.hea there, or name the rate with --fs"
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
        end=int(header.sig_len) if header and header.sig_len else int(samples[-1]),
        fs=float(rate),
    )


def _read_header(path: Path) -> Any | None:
    """The record header beside an annotation file, or None where there is none."""
    header = path.with_suffix(".hea")
    if not header.is_file():
        return None
    try:
        # By a plain name: wfdb takes some others for something else.
        with TemporaryDirectory() as folder:
            shutil.copyfile(header, Path(folder) / "record.hea")
            return wfdb.rdheader(str(Path(folder) / "record"))
    except Exception as error:  # wfdb raises whatever its parser stumbles on
        raise ValueError(
            f"{header}: the header cannot be read ({error}); fetch it again"
        ) from error


def _in_fibrillation(symbols: Sequence[str]) -> np.ndarray:
    """Whether each annotation lies between '[' and ']', (n,) bool; the last '[' may stay open."""
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
    of the kind of the AHA database, in the middle of the span: it then reaches from one match
    window after the beat before to one match window before the beat after (manual of bxb).
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
