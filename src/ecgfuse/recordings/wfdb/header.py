"""Parse and check the header of a WFDB record.

The parser of the wfdb library is not used: it replaces a field that is not a number by a default (a
gain of "nan" becomes 200), drops non-ASCII letters, and rejects record names with spaces or dots.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import TypeVar

from ecgfuse.recordings.wfdb.signal_line import Signal, parse_signal

_MAX_BYTES = 1 << 20
_MAX_LINE = 2000
_MAX_SIGNALS = 1000
_MAX_FRAMES = 10**13
_DECLARED_FS = (1e-4, 100_000.0)
"""In Hz; a record of vital signs may have one frame per minute."""
DEFAULT_FS = 250.0
"""Frames per second where the header has none, or 0, by header(5) of WFDB."""
_FS = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?)(?:/.*)?", re.ASCII)
_CURE = "correct the header, or copy the record again"
GAP = "~"
"""Name of a segment in which nothing was recorded."""
_LineT = TypeVar("_LineT")


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One segment, as described in a line of a header."""

    name: str
    """Name of its record, or GAP."""
    n_frames: int


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header, with either signals or segments."""

    path: Path
    fs: float | None
    """Frames per second; a frame has one or more samples of each signal. None if not declared."""
    n_frames: int | None
    start: datetime | None
    signals: tuple[Signal, ...]
    segments: tuple[Segment, ...]
    comments: tuple[str, ...]
    """Lines that begin with #, without it."""


def read_header(path: Path) -> Header:
    """Read a header file.

    Raises:
        ValueError: it is not a header, is too large, or a field is missing or invalid. The message
            names file, field, value and cure.
    """
    lines, comments = _read_lines(path)
    rest = _after_record_name(lines[0], path=path)
    of_segments = rest.startswith("/")
    n_segments, _, rest = rest[1:].partition(" ") if of_segments else ("", "", rest)
    n_signals, fs, n_frames, time, date = [*rest.split(), "", "", "", "", ""][:5]
    signals = _integer(n_signals, field="number of signals", low=0, high=_MAX_SIGNALS, path=path)
    promised = signals
    if of_segments:
        promised = _integer(n_segments, field="number of segments", high=_MAX_BYTES, path=path)
    if len(lines) - 1 != promised:
        raise ValueError(
            f"{path}: the first line declares {promised} "
            f"{'segments' if of_segments else 'signals'}, but {len(lines) - 1} lines follow; "
            f"{_CURE}"
        )
    return Header(
        path=path,
        fs=_frame_rate(fs, path=path),
        n_frames=_integer(n_frames or "0", field="number of samples", low=0, path=path) or None,
        start=_start(time=time, date=date),
        signals=() if of_segments else _parse(lines[1:], by=parse_signal, path=path),
        segments=_parse(lines[1:], by=_parse_segment, path=path) if of_segments else (),
        comments=tuple(comments),
    )


def _read_lines(path: Path) -> tuple[list[str], list[str]]:
    """Lines of content, at least one, and comments; blank lines are dropped."""
    if not path.is_file():
        raise ValueError(f"{path} is missing; copy the header of the record there")
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    # Not splitlines, which also splits at characters that may occur in names. DOS ended text files
    # with the character 26.
    lines = [line.strip() for line in re.split(r"[\r\n]+", text.rstrip("\x1a \t\r\n"))]
    comments = [line.strip(" \t#") for line in lines if line.startswith("#")]
    lines = [line for line in lines if line and not line.startswith("#")]
    longest = max(map(len, lines), default=0)
    if len(content) > _MAX_BYTES or longest > _MAX_LINE or b"\0" in content:
        raise ValueError(
            f"{path}: is not the header of a WFDB record, which is a short text; {_CURE}"
        )
    if not lines:
        raise ValueError(f"{path}: the header is empty; {_CURE}")
    return lines, comments


def _after_record_name(line: str, *, path: Path) -> str:
    """The first line of a header without the name of the record, which may contain spaces."""
    line = unicodedata.normalize("NFC", " ".join(line.split()))
    name = " ".join(unicodedata.normalize("NFC", path.stem).split())
    if line.startswith((f"{name} ", f"{name}/")):
        return line.removeprefix(name)
    return re.sub(r"^[^ /]*", "", line)


def _parse(lines: list[str], *, by: Callable[[str], _LineT], path: Path) -> tuple[_LineT, ...]:
    parsed = []
    for line in lines:
        try:
            parsed.append(by(line))
        except ValueError as error:
            raise ValueError(f"{path}: {error}, in the line {line[:80]!r}; {_CURE}") from None
    return tuple(parsed)


def _parse_segment(line: str) -> Segment:
    match = re.fullmatch(r"(\S.*\S|\S)\s+(\d{1,13})", line, re.ASCII)
    if match is None:
        raise ValueError("a segment needs a name and a number of samples")
    return Segment(name=match[1], n_frames=int(match[2]))


def _integer(text: str, *, field: str, path: Path, low: int = 1, high: int = _MAX_FRAMES) -> int:
    if not re.fullmatch(r"[+-]?\d{1,18}", text, re.ASCII) or not low <= int(text) <= high:
        raise ValueError(
            f"{path}: the {field} is {text[:40]!r}, but must be {low:,} to {high:,}; {_CURE}"
        )
    return int(text)


def _frame_rate(text: str, *, path: Path) -> float | None:
    """Frames per second; a counter frequency may follow after a slash. 0 means none, as in WFDB."""
    low, high = _DECLARED_FS
    match = _FS.fullmatch(text or "0")
    if match is not None and float(match[1]) == 0:
        return None
    if match is None or not low <= float(match[1]) <= high:
        raise ValueError(
            f"{path}: the sampling rate is {text[:40]!r}, but must be {low:g} to {high:,g} Hz; "
            f"{_CURE}"
        )
    return float(match[1])


def _start(*, time: str, date: str) -> datetime | None:
    """Start of the recording, if date and time are valid; the date as in WFDB, or ISO 8601."""
    for day, seconds in product(("%d/%m/%Y", "%Y-%m-%d"), ("%S", "%S.%f")):
        try:
            return datetime.strptime(f"{date} {time}", f"{day} %H:%M:{seconds}")
        except ValueError:
            continue
    return None
