"""Parse the line of a WFDB header that describes one signal."""

import math
import re
from dataclasses import dataclass

NULL_FORMAT = "0"
"""Format of a signal without samples."""
DEFAULT_GAIN = 200.0
"""ADC units per physical unit where the gain is missing or 0, by header(5) of WFDB."""
_FORMATS = "0|8|16|24|32|61|80|160|212|310|311|508|516|524"
_FORMAT = re.compile(
    rf"({_FORMATS})(?:x(\d{{1,9}}))?(?::(\d{{1,9}}))?(?:\+(\d{{1,15}}))?", re.ASCII
)
_GAIN = re.compile(
    r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?)(?:\(([+-]?\d{1,12})\))?(?:/(\S*))?",
    re.ASCII,
)
_LEVEL = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_MAX_LEVEL = 2**31


@dataclass(frozen=True, kw_only=True)
class Signal:
    """One signal of a record, as declared in its header."""

    file: str
    fmt: str
    per_frame: int
    """Samples per frame; its sampling rate is this multiple of the frame rate."""
    skew: int
    """Frames by which it is delayed."""
    offset: int
    """Bytes (in FLAC, samples) before the first sample of the file."""
    gain: float
    """ADC units per physical unit; DEFAULT_GAIN if the signal is not calibrated."""
    calibrated: bool
    """Whether the header has a gain other than 0."""
    baseline: int
    unit: str
    """Blank if there is none."""
    first: int
    """Start value of the differences of format 8."""
    checksum: int | None
    """Sum of all samples, of which only the lowest 16 bits count; None if it is missing or 0, as
    written by programs that do not compute it."""
    name: str


def parse_signal(line: str) -> Signal:
    """Parse `FILE FORMAT [GAIN [RESOLUTION [ZERO [FIRST [CHECKSUM [BLOCK]]]]]] [NAME]`.

    The file name may contain spaces: it ends before the first word that is a format. As in wfdb,
    fields are read in this order as long as they are numbers, and the rest is the name.

    Raises:
        ValueError: a field is missing or invalid.
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
        levels.append(int(rest.pop(0)[0]))
    declared = dict(zip(("resolution", "zero", "first", "checksum", "block"), levels, strict=False))
    zero = _level(declared.get("zero", 0))
    return Signal(
        file=line[: words[at].start()].strip(),
        fmt=fmt,
        per_frame=_within(per_frame or "1", field="samples in a frame", low=1, high=100_000),
        skew=_within(skew or "0", field="frames of skew", low=0, high=10_000),
        offset=int(offset or 0),
        gain=gain or DEFAULT_GAIN,
        calibrated=gain != 0,
        baseline=zero if baseline is None else baseline,
        unit=unit,
        first=_level(declared.get("first", zero)),
        checksum=declared.get("checksum") or None,
        name=line[rest[0].start() :].strip() if rest else "",
    )


def _parse_gain(word: str) -> tuple[float, int | None, str]:
    """GAIN(BASELINE)/UNIT -> gain, baseline and unit; the last two may be missing."""
    match = _GAIN.fullmatch(word)
    if match is None or not math.isfinite(float(match[1])):
        raise ValueError(f"the gain is {word[:40]!r}, but must be such as 200 or 200(0)/mV")
    return float(match[1]), None if match[2] is None else _level(int(match[2])), match[3] or ""


def _within(text: str, *, field: str, low: int, high: int) -> int:
    if not low <= int(text) <= high:
        raise ValueError(f"the {field} are {text}, but must be {low} to {high:,}")
    return int(text)


def _level(level: int) -> int:
    """An ADC value, checked to have at most 32 bits."""
    if abs(level) > _MAX_LEVEL:
        raise ValueError(f"the value {level} needs more than 32 bits")
    return level
