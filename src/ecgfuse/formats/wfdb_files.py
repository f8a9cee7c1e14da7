"""The files that a WFDB header names: they lie beside it and hold what it promises."""

import dataclasses
import math
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ecgfuse.formats.wfdb_header import Header, read_header
from ecgfuse.formats.wfdb_signal_line import NULL_FORMAT, Signal

_BYTES = {
    "8": Fraction(1),
    "16": Fraction(2),
    "24": Fraction(3),
    "32": Fraction(4),
    "61": Fraction(2),
    "80": Fraction(1),
    "160": Fraction(2),
    "212": Fraction(3, 2),
    "310": Fraction(4, 3),
    "311": Fraction(4, 3),
}
"""Size of a sample; the other formats are FLAC."""
_FLAC_SAMPLES_PER_BYTE = 65_536
"""More than FLAC can press into a byte: a block has at most 65,535 samples and a head."""
_LONGEST_NAME = 255


@dataclass(frozen=True, kw_only=True)
class SignalFile:
    """A file of signals and which those are."""

    path: Path
    channels: tuple[int, ...]
    """Places of its signals among those of the header."""


def load_record(
    path: Path, *, n_frames: int | None = None
) -> tuple[Header, tuple[SignalFile, ...]]:
    """Read the header of a record without segments, and check the files that it names.

    Args:
        n_frames: length that another header tells of this record, which is its segment.

    Returns:
        The header with its length in frames, and its signal files.

    Raises:
        ValueError: the header is damaged, or a file is missing, lies elsewhere or is too short.
    """
    header = read_header(path)
    if header.segments:
        raise ValueError(f"{path}: is a segment and has segments itself; correct the header")
    if n_frames is not None and header.n_frames not in (None, n_frames):
        raise ValueError(
            f"{path}: has {header.n_frames:,} samples, but the header that names it as a segment "
            f"says {n_frames:,}; copy the record again"
        )
    header = dataclasses.replace(header, n_frames=n_frames or header.n_frames)
    files = tuple(
        SignalFile(
            path=file_beside(header.path, name=name),
            channels=tuple(i for i, signal in enumerate(header.signals) if signal.file == name),
        )
        for name in dict.fromkeys(s.file for s in header.signals if s.fmt != NULL_FORMAT)
    )
    if not files:
        raise ValueError(f"{path}: none of its signals is in a file; copy the record again")
    held = min(_count_frames(file, header=header) for file in files)
    return dataclasses.replace(header, n_frames=held), files


def file_beside(header: Path, *, name: str) -> Path:
    """The path of a file that a header names; nothing but a file beside the header is allowed.

    Raises:
        ValueError: it is none, or there is no such file.
    """
    plain = (
        name not in ("", ".", "..")
        and not name.startswith("~")
        and not any(c in name for c in "/\\\0")
        and len(os.fsencode(name)) <= _LONGEST_NAME
    )
    if not plain:
        raise ValueError(
            f"{header}: names the file {name[:80]!r}, but only files in the folder of the header "
            "are read; copy the file there and correct the header"
        )
    folder = header.parent.resolve()
    # A Korean name is written in two ways, which look alike; macOS unpacks one as the other.
    for form in (name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)):
        path = folder / form
        if path.is_file():
            if path.resolve().parent != folder:
                raise ValueError(
                    f"{header}: the file {name!r} is a link to another folder; copy the file "
                    "itself there"
                )
            return path
    raise ValueError(f"{header}: names the file {name!r}, which is missing; copy it there")


def _count_frames(file: SignalFile, *, header: Header) -> int:
    """Frames to read from a file: as many as the header promises, or else as it holds."""
    signals = [header.signals[i] for i in file.channels]
    _check_alike(signals, file=file, header=header)
    held = _held_frames(signals, file=file)
    if held == 0:
        raise ValueError(
            f"{header.path}: the signal file {file.path.name!r} holds no sample; copy it again"
        )
    promised = header.n_frames or held
    if held < promised:
        raise ValueError(
            f"{header.path}: promises {promised:,} samples, but the signal file "
            f"{file.path.name!r} holds {held:,}; copy it again, or correct the header"
        )
    return promised


def _check_alike(signals: Sequence[Signal], *, file: SignalFile, header: Header) -> None:
    """Signals of one file take turns in it, so that they need one format."""
    first = signals[0]
    flac = first.fmt not in _BYTES
    if (
        file.channels != tuple(range(file.channels[0], file.channels[-1] + 1))
        or any((s.fmt, s.offset) != (first.fmt, first.offset) for s in signals)
        or (flac and any(s.per_frame != first.per_frame for s in signals))
    ):
        raise ValueError(
            f"{header.path}: signals of the file {first.file!r} differ in format or offset, or "
            "are not listed one after another; correct the header"
        )


def _held_frames(signals: Sequence[Signal], *, file: SignalFile) -> int:
    """Frames that a signal file holds, by its size."""
    first = signals[0]
    size = file.path.stat().st_size
    if first.fmt not in _BYTES:
        samples = _flac_samples(file.path, size=size, n_channels=len(signals)) - first.offset
        return max(samples, 0) // first.per_frame
    per_frame = sum(s.per_frame for s in signals)
    frames = max(int((size - first.offset) / _BYTES[first.fmt]), 0) // per_frame
    while frames and _needed_bytes(frames * per_frame, fmt=first.fmt) > size - first.offset:
        frames -= 1
    return frames


def _needed_bytes(n_samples: int, *, fmt: str) -> int:
    """Bytes that wfdb reads for so many samples."""
    if fmt == "310" and n_samples % 3 == 2:
        return 4 * math.ceil(n_samples / 3)
    return math.ceil(n_samples * _BYTES[fmt])


def _flac_samples(path: Path, *, size: int, n_channels: int) -> int:
    """Samples of each channel, as a FLAC file tells."""
    import soundfile  # type: ignore[import-untyped]

    with path.open("rb") as file:
        is_flac = file.read(4) == b"fLaC"
        file.seek(0)
        try:
            info = soundfile.info(file) if is_flac else None
        except RuntimeError:  # of which the errors of soundfile are a kind
            info = None
    if info is None or info.channels != n_channels or info.frames > size * _FLAC_SAMPLES_PER_BYTE:
        raise ValueError(
            f"{path}: is no FLAC file with {n_channels} channels, which the header says; copy it "
            "again, or correct the header"
        )
    return int(info.frames)
