"""Ventricular fibrillation and shutdowns (unreadable spans) marked in an annotation file.

They are found as the WFDB program `bxb` finds them, which reads a file once, from beat to beat.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NEVER = int(np.iinfo(np.int64).max)
"""Last sample of an episode that no mark ends."""

_NOISE = "~"
_BOTH_SIGNALS_UNREADABLE = 0x30
"""Bits of the subtype of a noise mark; if both are set, a shutdown begins (bxb manual)."""


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """Episodes of one kind, in the order of their marks; times in samples."""

    first: np.ndarray
    """First sample of each, (n,) int64."""
    last: np.ndarray
    """Last sample of each, (n,) int64; NEVER if it lasts to the end of the file."""
    beats_before: np.ndarray
    """Number of beats of the file before each mark, (n,) int64."""

    @classmethod
    def of(cls, rows: Sequence[tuple[int, int, int]]) -> "Episodes":
        """Episodes with these first and last samples and numbers of earlier beats."""
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        return cls(first=table[:, 0], last=table[:, 1], beats_before=table[:, 2])

    def cover(self, time: int) -> bool:
        """Whether a sample lies in one of them."""
        return bool(np.any((self.first <= time) & (time <= self.last)))


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The annotations of a file that EC57 scoring uses."""

    beats: list[int]
    """Indices of the beats outside fibrillation."""
    fibrillation: Episodes
    shutdowns: Episodes


def find_marks(
    samples: Sequence[int],
    symbols: Sequence[str],
    subtypes: Sequence[int],
    *,
    is_beat: Sequence[bool],
    window: int,
) -> Marks:
    """Find beats, fibrillation and shutdowns.

    Fibrillation lasts from '[' to ']'. Everything between them is skipped: beats, marks of noise,
    and another '['.

    A shutdown lasts from a mark that neither signal is readable to the next annotation, if that
    says that one is readable. Otherwise the mark stands alone, as in the AHA database.

    Args:
        samples: of each annotation, in order of time.
        symbols: of the same.
        subtypes: of the same.
        is_beat: of the same.
        window: match window in samples.
    """
    beats: list[int] = []
    fibrillation: list[tuple[int, int, int]] = []
    shutdowns: list[tuple[int, int, int]] = []
    quiet_since = 0  # the last beat or the end of fibrillation; bxb has a beat at sample 0
    index = 0
    while index < len(symbols):
        if is_beat[index]:
            beats.append(index)
            quiet_since = samples[index]
        elif symbols[index] == "[":
            begin, index = samples[index], _index_of("]", symbols, start=index)
            quiet_since = samples[index] if index < len(symbols) else NEVER
            fibrillation.append((begin, quiet_since, len(beats)))
        elif _is_shutdown(symbols[index], subtypes[index]):
            following = index + 1
            if following == len(symbols):
                limits = samples[index], NEVER
            elif _resumes(symbols[following], subtypes[following]):
                limits, index = (samples[index], samples[following]), following
            else:
                limits = _around(quiet_since, samples[following], window=window)
            shutdowns.append((*limits, len(beats)))
        index += 1
    return Marks(
        beats=beats, fibrillation=Episodes.of(fibrillation), shutdowns=Episodes.of(shutdowns)
    )


def _index_of(symbol: str, symbols: Sequence[str], *, start: int) -> int:
    """Index of the next annotation with this symbol; the number of annotations if there is none."""
    return next((i for i in range(start, len(symbols)) if symbols[i] == symbol), len(symbols))


def _is_shutdown(symbol: str, subtype: int) -> bool:
    """Whether a mark says that neither signal is readable."""
    both = subtype & _BOTH_SIGNALS_UNREADABLE == _BOTH_SIGNALS_UNREADABLE
    return symbol == _NOISE and both


def _resumes(symbol: str, subtype: int) -> bool:
    """Whether a mark says that a signal is readable."""
    return symbol == _NOISE and not _is_shutdown(symbol, subtype)


def _around(before: int, after: int, *, window: int) -> tuple[int, int]:
    """Shutdown of a single mark, which the AHA database places in the middle of the span.

    It begins one match window after the previous beat or the end of fibrillation, and ends one
    match window before the next annotation of any kind (bxb manual).
    """
    return min(before + window, after - window), after - window
