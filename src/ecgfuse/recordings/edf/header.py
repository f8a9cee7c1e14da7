"""Parse and check the header of an EDF, EDF+ or BDF file."""

import dataclasses
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_HEAD_BYTES = 256
_MAX_SIGNALS = 2048
_MAX_RECORD_BYTES = 16 << 20
_LARGEST = 1e12
"""Larger numbers in a field are not credible."""
_CURE = "copy the file again, or repair it with an EDF tool such as EDFbrowser"
_WIDTHS = {
    "label": 16,
    "transducer": 80,
    "unit": 8,
    "physical_min": 8,
    "physical_max": 8,
    "digital_min": 8,
    "digital_max": 8,
    "filter": 80,
    "per_record": 8,
    "reserved": 32,
}
"""Fields of the signals and their bytes; each field is stored for all signals in turn."""


@dataclass(frozen=True, kw_only=True)
class EdfSignal:
    """One signal of a file, as declared in its header."""

    label: str
    unit: str
    """Blank if there is none."""
    physical: tuple[float, float] | None
    """Values in the unit that correspond to `digital`; None if they are not numbers."""
    digital: tuple[float, float] | None
    per_record: int
    """Samples in each data record."""

    @property
    def is_annotation(self) -> bool:
        """Whether it contains text instead of samples."""
        return self.label.lower() in ("edf annotations", "bdf annotations")


@dataclass(frozen=True, kw_only=True)
class EdfHeader:
    """A header; it is followed by data records, each with samples of all signals in turn."""

    path: Path
    sample_bytes: int
    """2 in EDF, 3 in BDF."""
    n_records: int
    """Complete data records in the file."""
    declared_records: int | None
    """The number declared; None if unknown, as while recording."""
    record_s: float
    start: datetime | None
    signals: tuple[EdfSignal, ...]

    @property
    def n_bytes(self) -> int:
        """Size of the header."""
        return _HEAD_BYTES * (1 + len(self.signals))

    @property
    def record_bytes(self) -> int:
        """Size of a data record."""
        return self.sample_bytes * sum(s.per_record for s in self.signals)


def read_edf_header(path: Path) -> EdfHeader:
    """Read the header of a file, and compare it with the size of the file.

    The number of data records is that of the complete ones in the file, as in other readers. The
    header may declare another one: it is -1 until a recorder closes the file, and a copy may be
    cut.

    Raises:
        ValueError: it is not EDF or BDF, is discontinuous (EDF+D), or a field is invalid. The
            message names file, field, value and cure.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        if len(head) < _HEAD_BYTES or not has_edf_mark(head):
            raise ValueError(f"{path}: is not an EDF or BDF file, or is cut; copy it again")
        n_signals = _integer(head[252:256], field="number of signals", low=1, path=path)
        if n_signals > _MAX_SIGNALS or size < _HEAD_BYTES * (1 + n_signals):
            raise ValueError(f"{path}: has no room for {n_signals:,} signals; {_CURE}")
        fields = file.read(_HEAD_BYTES * n_signals)
    kind = _text(head[192:236])
    if re.match(r"[EB]DF\+D", kind):
        raise ValueError(
            f"{path}: is discontinuous ({kind[:5]}), which is not supported; convert it to EDF+C, "
            "or cut it where it is interrupted"
        )
    header = EdfHeader(
        path=path,
        sample_bytes=3 if head.startswith(b"\xff") else 2,
        n_records=0,  # until the size of a data record is known
        declared_records=_declared_records(head[236:244]),
        record_s=_seconds(head[244:252], path=path),
        start=_start(head),
        signals=_signals(fields, n_signals=n_signals, path=path),
    )
    return _with_length(header, declared_bytes=head[184:192], size=size)


def has_edf_mark(head: bytes) -> bool:
    """Whether a file begins as an EDF or BDF file does.

    Args:
        head: the first eight bytes, or more.
    """
    return head[:8].rstrip(b" \0") in (b"0", b"\xffBIOSEMI") and len(head) >= 8


def _declared_records(field: bytes) -> int | None:
    text = _text(field)
    return int(text) if re.fullmatch(r"\+?\d{1,8}", text, re.ASCII) else None


def _with_length(header: EdfHeader, *, declared_bytes: bytes, size: int) -> EdfHeader:
    """The header with the number of data records in the file."""
    path, n_bytes = header.path, header.record_bytes
    if _integer(declared_bytes, field="size of the header", low=1, path=path) != header.n_bytes:
        raise ValueError(
            f"{path}: the header declares a size of {_text(declared_bytes)} bytes, but has "
            f"{header.n_bytes} with {len(header.signals)} signals; {_CURE}"
        )
    if n_bytes > _MAX_RECORD_BYTES:
        raise ValueError(
            f"{path}: a data record has {n_bytes:,} bytes; {_MAX_RECORD_BYTES:,} are supported; "
            "convert it to shorter data records, such as 1 s"
        )
    held = (size - header.n_bytes) // n_bytes
    if held == 0:
        raise ValueError(f"{path}: contains no complete data record; copy it again")
    return dataclasses.replace(header, n_records=held)


def _signals(fields: bytes, *, n_signals: int, path: Path) -> tuple[EdfSignal, ...]:
    columns: dict[str, list[bytes]] = {}
    at = 0
    for name, width in _WIDTHS.items():
        columns[name] = [fields[at + i * width : at + (i + 1) * width] for i in range(n_signals)]
        at += n_signals * width
    return tuple(
        EdfSignal(
            label=_text(columns["label"][i]),
            unit=_text(columns["unit"][i]),
            physical=_pair(columns["physical_min"][i], columns["physical_max"][i]),
            digital=_pair(columns["digital_min"][i], columns["digital_max"][i]),
            per_record=_integer(
                columns["per_record"][i],
                field=f"number of samples in a record of signal {i + 1}",
                low=1,
                path=path,
            ),
        )
        for i in range(n_signals)
    )


def _text(field: bytes) -> str:
    """A field, which should be ASCII, but may contain a micro sign or a Korean name."""
    for encoding in ("utf-8", "latin-1"):
        try:
            return field.decode(encoding).replace("\0", " ").strip()
        except UnicodeDecodeError:
            continue
    return ""


def _integer(raw: bytes, *, field: str, low: int, path: Path) -> int:
    text = _text(raw)
    if not re.fullmatch(r"[+-]?\d{1,8}", text, re.ASCII) or int(text) < low:
        raise ValueError(f"{path}: the {field} is {text!r}; {_CURE}")
    return int(text)


def _number(field: bytes) -> float | None:
    text = _text(field).replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", text, re.ASCII):
        return None
    return float(text) if abs(float(text)) < _LARGEST else None


def _pair(low: bytes, high: bytes) -> tuple[float, float] | None:
    first, last = _number(low), _number(high)
    return None if first is None or last is None else (first, last)


def _seconds(field: bytes, *, path: Path) -> float:
    seconds = _number(field)
    if seconds is None or seconds <= 0:
        raise ValueError(
            f"{path}: the duration of a data record is {_text(field)!r} s, but must be above 0; "
            f"{_CURE}"
        )
    return seconds


def _start(head: bytes) -> datetime | None:
    """Date and time of the first sample; None if invalid or anonymised."""
    if re.match(r"Startdate\s+X\b", _text(head[88:168])):
        return None
    date, time = (re.findall(r"[0-9]+", _text(field)) for field in (head[168:176], head[176:184]))
    if not len(date) == len(time) == 3:
        return None
    day, month, year, hour, minute, second = map(int, [*date, *time])
    try:
        return datetime(year + (1900 if year >= 85 else 2000), month, day, hour, minute, second)
    except ValueError:
        return None
