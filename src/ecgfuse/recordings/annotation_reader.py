"""Read WFDB annotation files in MIT format, with any name and any content.

The format is documented in annot(5) of the WFDB Applications Guide: 16-bit words, of which the
upper six bits are a code and the lower ten the time since the previous annotation.

`wfdb.rdann` is not used: it takes some file names for network addresses, hangs on some comments at
the start of a file, reads truncated files in part, and has no symbol for unknown codes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

SYMBOLS = {
    code: symbol
    for code, symbol in enumerate(' NLRaVFJASEj/Q~ | sT*D"=pB^t+u?![]en@xf()r')
    if symbol != " "
}
"""Character of each WFDB code; 15, 17 and 42 to 49 have none, and 0 is not an annotation."""

_COMMENT = 22
_MAX_CODE = 49
_SKIP, _NUM, _SUB, _CHN, _AUX = 59, 60, 61, 62, 63
"""Codes of words that belong to the next (_SKIP) or previous annotation."""
_MAX_FS = 1e6
"""In Hz; higher rates are ignored."""

_RATE = re.compile(r"## time resolution: (\d+\.?\d*)")
_DEFINITION = re.compile(r"(\d{1,2}) (\S+)")
_AGAIN = "fetch or write it again"


@dataclass(frozen=True, kw_only=True)
class Annotations:
    """Content of an annotation file in order of time; at least one annotation."""

    samples: np.ndarray
    """Times in samples, (n,) int64, ascending; several may be at the same sample."""
    symbols: np.ndarray
    """Annotation codes, (n,) str: of one character where WFDB defines one, else as defined in the
    file, else such as "[42]"."""
    subtypes: np.ndarray
    """(n,) int64, -128 to 127; 0 if the file has none."""
    fs: float | None
    """Sampling rate in Hz, if declared in the file."""


class NoAnnotationError(ValueError):
    """A file contains no annotation, as of a program that found no beat."""


class _Mark(NamedTuple):
    """One annotation as stored in the file."""

    sample: int
    code: int
    subtype: int
    note: str


def read_annotation(path: Path) -> Annotations:
    """Read an annotation file, such as mitdb/100.atr.

    Raises:
        ValueError: the file is missing, unreadable, empty, cut or not an annotation file, has no
            annotation, or they are out of order. The message names path and cure.
    """
    content = _read(path)
    try:
        marks = _parse(content)
    except IndexError:
        raise ValueError(
            f"{path}: the end marker is missing, so the file is cut or not a WFDB annotation "
            f"file; {_AGAIN}"
        ) from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    fs, own_symbols = _definitions([mark.note for mark in marks if _is_definition(mark)])
    marks = [mark for mark in marks if mark.code and not _is_definition(mark)]
    if not marks:
        raise NoAnnotationError(f"{path}: the file contains no annotation; {_AGAIN}")
    samples = np.array([mark.sample for mark in marks], dtype=np.int64)
    if (backwards := np.flatnonzero(np.diff(samples) < 0)).size:
        raise ValueError(
            f"{path}: the annotations are out of order after sample {samples[backwards[0]]}, or "
            f"this is not a WFDB annotation file; sort it by time, or {_AGAIN}"
        )
    symbol_of = SYMBOLS | own_symbols
    return Annotations(
        samples=samples,
        symbols=np.array([symbol_of.get(mark.code, f"[{mark.code}]") for mark in marks]),
        subtypes=np.array([mark.subtype for mark in marks], dtype=np.int64),
        fs=fs,
    )


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ValueError(
                f"{path}: no such file; name an annotation file, such as mitdb/100.atr"
            )
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(
            f"{path}: the file cannot be read ({error.strerror}); check its permissions"
        ) from None
    if not content.strip(b"\0"):
        raise NoAnnotationError(f"{path}: the file is empty; {_AGAIN}")
    return content


def _parse(content: bytes) -> list[_Mark]:
    """All annotations up to the end marker.

    Raises:
        IndexError: there is no end marker.
        ValueError: something else is wrong.
    """
    words = np.frombuffer(content, "<u2", count=len(content) // 2).tolist()
    marks: list[_Mark] = []
    sample = place = 0
    while True:
        while words[place] >> 10 == _SKIP:
            sample += _signed(words[place + 1] << 16 | words[place + 2], bits=32)
            place += 3
        word = words[place]
        place += 1
        if word == 0:
            break
        code = word >> 10
        if code > _MAX_CODE:
            raise ValueError(f"this is not a WFDB annotation file; {_AGAIN}, or name another")
        sample += word & 0x3FF
        subtype, note, place = _read_fields(words, place, content=content)
        marks.append(_Mark(sample, code, subtype, note))
    if content[2 * place :].strip(b"\0"):
        raise ValueError(
            "the file continues after the end marker, so it is damaged or not a WFDB annotation "
            f"file; {_AGAIN}"
        )
    return marks


def _read_fields(words: Sequence[int], place: int, *, content: bytes) -> tuple[int, str, int]:
    """Subtype and note of an annotation, and the index of the word after them."""
    subtype, note = 0, ""
    while (field := words[place] >> 10) in (_NUM, _SUB, _CHN, _AUX):
        value = words[place] & 0xFF
        place += 1
        if field == _SUB:
            subtype = _signed(value, bits=8)
        elif field == _AUX:
            note = content[2 * place : 2 * place + value].decode("latin-1")
            place += (value + 1) // 2
    return subtype, note, place


def _signed(value: int, *, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) else value


def _is_definition(mark: _Mark) -> bool:
    """Whether it is about the whole file."""
    return mark.sample == 0 and mark.code == _COMMENT


def _definitions(notes: Sequence[str]) -> tuple[float | None, dict[int, str]]:
    """Sampling rate in Hz, if declared, and the symbols that the file defines for codes."""
    fs: float | None = None
    symbols: dict[int, str] = {}
    defines = False
    for note in notes:
        if (rate := _RATE.match(note)) and fs is None:
            fs = float(rate[1])
        elif note.startswith("## "):
            defines = note == "## annotation type definitions"
        elif defines and (definition := _DEFINITION.match(note)):
            symbols[int(definition[1])] = definition[2]
    return (fs if fs and fs <= _MAX_FS else None), symbols
