"""The line of a WFDB header that describes one signal."""

import math
import re
from dataclasses import dataclass

NULL_FORMAT = "0"
"""Of a signal that has no samples."""
_FORMATS = "0|8|16|24|32|61|80|160|212|310|311|508|516|524"
_FORMAT = re.compile(
    rf"({_FORMATS})(?:x(\d{{1,9}}))?(?::(\d{{1,9}}))?(?:\+(\d{{1,15}}))?", re.ASCII
)
_GAIN = re.compile(
    r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?)(?:\(([+-]?\d{1,12})\))?(?:/(\S*))?",
    re.ASCII,
)
_LEVEL = re.compile(r"[+-]?\d{1,12}", re.ASCII)
_MAX_LEVEL = 2**31


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One signal of a record, as its header tells."""

    file: str
    fmt: str
    per_frame: int
    """Samples in each frame; its sampling rate is so many times the rate of frames."""
    skew: int
    """Frames by which it was recorded late."""
    offset: int
    """Bytes (in FLAC, samples) before the first sample of the file."""
    gain: float
    """Steps of the converter in one unit; 0 where the signal is not calibrated."""
    baseline: int
    unit: str
    """Blank where there is none."""
    first: int
    """The value that the differences of format 8 start from."""
    checksum: int | None
    """None where it is missing or 0, which many programs write that do not compute it."""
    name: str


def parse_signal(line: str) -> Signal:
    """FILE FORMAT [GAIN [RESOLUTION [ZERO [FIRST [CHECKSUM [BLOCK]]]]]] [NAME] -> its fields.

    The name of the file may hold blanks: it ends before the first word that is a format. As wfdb
    does, numbers are taken in this order while there are any, and what follows is the name.

    Raises:
        ValueError: a field is missing or not allowed.
    """
    words = list(re.finditer(r"\S+", line))
    at = next((i for i, word in enumerate(words) if i and _FORMAT.fullmatch(word[0])), None)
    if at is None:
        raise ValueError(f"no known format of samples ({_FORMATS.replace('|', ', ')})")
    fmt, per_frame, skew, offset = _FORMAT.fullmatch(words[at][0]).groups()  # type: ignore[union-attr]
    gain, baseline, unit = _parse_gain(words[at + 1][0] if len(words) > at + 1 else "0")
    rest = words[at + 2 :]
    levels: list[int] = []
    while rest and len(levels) < 5 and _LEVEL.fullmatch(rest[0][0]):
        levels.append(_level(rest.pop(0)[0]))
    told = dict(zip(("resolution", "zero", "first", "checksum", "block"), levels, strict=False))
    return Signal(
        file=line[: words[at].start()].strip(),
        fmt=fmt,
        per_frame=_within(per_frame or "1", field="samples in a frame", low=1, high=100_000),
        skew=_within(skew or "0", field="frames of skew", low=0, high=10_000),
        offset=int(offset or 0),
        gain=gain,
        baseline=told.get("zero", 0) if baseline is None else baseline,
        unit=unit,
        first=told.get("first", 0),
        checksum=told.get("checksum") or None,
        name=line[rest[0].start() :].strip() if rest else "",
    )


def _parse_gain(word: str) -> tuple[float, int | None, str]:
    """GAIN(BASELINE)/UNIT -> the three, the last two of which may be missing."""
    match = _GAIN.fullmatch(word)
    if match is None or not math.isfinite(float(match[1])):
        raise ValueError(f"the gain is {word[:40]!r}, but must be such as 200 or 200(0)/mV")
    return float(match[1]), None if match[2] is None else _level(match[2]), match[3] or ""


def _within(text: str, *, field: str, low: int, high: int) -> int:
    if not low <= int(text) <= high:
        raise ValueError(f"the {field} are {text}, but must be {low} to {high:,}")
    return int(text)


def _level(text: str) -> int:
    """A value of the converter, or another number of its size."""
    level = int(text)
    if abs(level) > _MAX_LEVEL:
        raise ValueError(f"the value {level} needs more than 32 bits")
    return level
