"""What the lines above a table say: sampling rate, unit and leads."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgfuse.recordings.csv.words import SECONDS, compact, is_filter, is_interval, is_rate, words
from ecgfuse.recordings.lead_words import LEAD_WORDS
from ecgfuse.recordings.leads import is_ecg
from ecgfuse.recordings.recording import FS_RANGE
from ecgfuse.recordings.units import factor_of

COMMENT = re.compile(r"^[\s\"]*(#|%|//|!|\*|;)+\s*")
_HERTZ = (
    "hz",
    "hertz",
    "sps",
    "samples/s",
    "samples/sec",
    "samples/second",
    "헤르츠",
    "赫兹",
    "赫",
)
_MORE_HERTZ = ("ヘルツ", "герц", "гц", "hercios", "hertzios", "samplespersecond", "khz")
_UNIT_KEYS = (
    *("unit", "units", "단위", "单位", "單位", "単位", "einheit", "einheiten", "unite", "unites"),
    *("unidad", "unidades", "unidade", "unita", "единица", "единицы", "unitname", "eenheid"),
    *("единицаизмерения", "voltageunit", "ecgunit", "signalunit", "unitofmeasure"),
)
_LEAD_KEYS = (
    "channel",
    "channels",
    "channeltitle",
    "채널",
    "通道",
    "チャンネル",
    "kanal",
    "signal",
)
_MOST_LINES = 1000
_UNIT_OF_DEVICE = {"openbci": "uV"}
"""Unit of devices whose files do not tell it (OpenBCI documentation, raw text files)."""


@dataclass(frozen=True, kw_only=True)
class Preamble:
    """What a file declares above its table."""

    fs: float | None = None
    """In Hz."""
    unit: str = ""
    leads: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    """Units of these leads, or empty."""


def read_preamble(lines: Sequence[str], *, path: Path) -> Preamble:
    """Read the lines above a table, such as "Sample Rate,512.844 hertz" or "% fs = 250".

    Raises:
        ValueError: they declare several sampling rates.
    """
    lines = [line for line in lines if line.strip()][-_MOST_LINES:]
    pairs = [pair for line in lines for pair in _pairs(line)]
    strong = {rate for key, value in pairs if (rate := _rate(key, value)) is not None}
    weak = {rate for key, value in pairs if (rate := _hertz(key, value)) is not None}
    rates = strong or (weak if len(weak) == 1 else set())
    if len(rates) > 1:
        listed = ", ".join(f"{rate:g}" for rate in sorted(rates))
        raise ValueError(
            f"{path}: the lines above the table declare several sampling rates, {listed} Hz; "
            "delete the wrong ones"
        )
    leads, units = _channels([COMMENT.sub("", line).strip() for line in lines])
    for key, value in pairs:
        found = [cell.strip() for cell in re.split(r"[\t;,]", value) if cell.strip()]
        name = compact(key)
        if name in _UNIT_KEYS or (name == "range" and len(leads) == len(found)):
            known = [unit for cell in found if factor_of(unit := cell.split()[-1]) is not None]
            units = tuple(known) if len(known) == len(found) else units
        elif name in _LEAD_KEYS or name in LEAD_WORDS:
            leads = tuple(found) if name == "channeltitle" or is_ecg(value) else leads
    unit = units[0] if len(set(units)) == 1 else ""
    text = compact(" ".join(lines)[:10_000])
    device = [size for name, size in _UNIT_OF_DEVICE.items() if name in text]
    return Preamble(
        fs=next(iter(rates), None),
        unit=unit or next(iter(device), ""),
        leads=leads,
        units=units if len(units) == len(leads) else (),
    )


def is_declaration(line: str) -> bool:
    """Whether a line declares a rate, a unit or a lead, and so does not name columns."""
    return any(
        _rate(key, value) is not None
        or _hertz(key, value) is not None
        or compact(key) in _UNIT_KEYS
        or ((compact(key) in LEAD_WORDS or compact(key) in _LEAD_KEYS) and is_ecg(value))
        for key, value in _pairs(line)
    )


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    """Keys and values of a line."""
    bare = COMMENT.sub("", line).strip()
    if bare.startswith("{"):
        yield from _json_pairs(bare)
        return
    match = re.match(r"[\"']?([^=:,;\t\"|]{1,80}?)[\"']?\s*[=:,;\t|]+\s*(.{1,500})", bare)
    if match and re.search(r"[^\W\d_]", match[1]):
        yield match[1].strip(), match[2].strip(" \t\"',;|")
    elif bare:
        yield "", bare[:200].strip(" \t\"',;|")


def _json_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Keys and values of the header of OpenSignals (BITalino), one object per device."""
    try:
        devices = json.loads(text)
    except (ValueError, RecursionError):
        return
    for device in devices.values() if isinstance(devices, dict) else ():
        if isinstance(device, dict):
            for key, value in device.items():
                if isinstance(value, int | float | str):
                    yield key, str(value)
                elif key == "column" and isinstance(value, list):
                    yield "channeltitle", "\t".join(_renamed(value, device=device))


def _renamed(columns: Iterable[object], *, device: dict[str, object]) -> list[str]:
    """Names of the columns, with the kind of sensor in place of the socket, as ECG for A1."""
    sensors, labels = device.get("sensor"), device.get("label")
    kinds: dict[str, str] = {}
    if isinstance(sensors, list) and isinstance(labels, list) and len(sensors) == len(labels):
        kinds = {str(a): str(b) for a, b in zip(labels, sensors, strict=True) if is_ecg(str(b))}
    return [kinds.get(str(column), str(column)) for column in columns]


def _channels(lines: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and units below a line such as "3 channels" (AcqKnowledge)."""
    for i, line in enumerate(lines):
        match = re.fullmatch(r"(\d{1,3}) channels?[,\s]*", line, re.IGNORECASE)
        if match is None:
            continue
        below = [cell for cell in lines[i + 1 :] if cell]
        if len(below) >= 2 * int(match[1]) > 0:
            return tuple(below[: 2 * int(match[1]) : 2]), tuple(below[1 : 2 * int(match[1]) : 2])
    return (), ()


def _rate(key: str, value: str) -> float | None:
    """The rate that a pair declares, in Hz."""
    number, unit = _quantity(value)
    if number is None:
        return None
    per_sample = re.fullmatch(r"([^\W\d_]+)\s*/\s*samples?", unit)
    seconds = SECONDS.get(per_sample[1] if per_sample else unit)
    if (per_sample or is_interval(key)) and seconds is None and not per_sample:
        seconds = next((SECONDS[word] for word in words(key) if word in SECONDS), None)
    if seconds is not None and (per_sample or is_interval(key)) and number > 0:
        return 1 / (number * seconds)
    if is_rate(key) and (not unit or _is_hertz(unit)):
        return number * (1000 if "khz" in (unit, *words(key)) else 1)
    return None


def _hertz(key: str, value: str) -> float | None:
    """The frequency in a pair of unknown meaning, if it may be a sampling rate, in Hz."""
    number, unit = _quantity(value)
    low, high = FS_RANGE
    if number is None or not _is_hertz(unit) or is_filter(key):
        return None
    number *= 1000 if unit == "khz" else 1
    return number if low <= number <= high else None


def _is_hertz(unit: str) -> bool:
    return unit in _HERTZ or unit in _MORE_HERTZ


def _quantity(value: str) -> tuple[float | None, str]:
    """Number and unit of a value; a comma may be a decimal sign or separate thousands."""
    match = re.fullmatch(r"([+-]?\d[\d.,]{0,30})\s*(.{0,40}?)[.\s]*", value)
    if match is None:
        return None, ""
    text = match[1].rstrip(".,")
    readings = [text.replace(",", ""), text.replace(".", "").replace(",", ".")]
    numbers = [float(text) for text in readings if re.fullmatch(r"[+-]?\d+(\.\d+)?", text)]
    low, high = FS_RANGE
    likely = [number for number in numbers if low <= number <= high] or numbers
    return (likely[0] if likely else None), match[2].casefold().strip(" \"'()[]")
