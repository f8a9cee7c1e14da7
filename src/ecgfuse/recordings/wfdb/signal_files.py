"""The signal files of a WFDB header, checked to be beside it and long enough."""

import dataclasses
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecgfuse.recordings.wfdb.header import Header, read_header
from ecgfuse.recordings.wfdb.samples import BYTES, needed_bytes
from ecgfuse.recordings.wfdb.signal_line import NULL_FORMAT, Signal

_FLAC_SAMPLES_PER_BYTE = 65_536
"""Upper bound of FLAC compression: a block has at most 65,535 samples and a header."""
_LONGEST_NAME = 255


@dataclass(frozen=True, kw_only=True)
class SignalFile:
    """A signal file and its signals."""

    path: Path
    channels: tuple[int, ...]
    """Indices of its signals in the header."""


def load_record(
    path: Path, *, n_frames: int | None = None, trusted: bool
) -> tuple[Header, tuple[SignalFile, ...]]:
    """Read the header of a record without segments, and check its signal files.

    Args:
        n_frames: length declared in another header, of which this record is a segment.
        trusted: as in `open_record`.

    Returns:
        The header, with its length in frames, and its signal files.

    Raises:
        ValueError: the header is damaged, or a file is missing, in another folder or too short.
    """
    header = read_header(path)
    if header.segments:
        raise ValueError(f"{path}: is a segment with segments of its own; correct the header")
    if n_frames is not None and header.n_frames not in (None, n_frames):
        raise ValueError(
            f"{path}: declares {header.n_frames:,} samples, but as a segment of another header "
            f"{n_frames:,}; copy the record again"
        )
    header = dataclasses.replace(header, n_frames=n_frames or header.n_frames)
    files = tuple(
        SignalFile(
            path=file_beside(header.path, name=name, follow_links=trusted),
            channels=tuple(i for i, signal in enumerate(header.signals) if signal.file == name),
        )
        for name in dict.fromkeys(s.file for s in header.signals if s.fmt != NULL_FORMAT)
    )
    if not files:
        raise ValueError(
            f"{path}: the record has no signal, only a header; name another one, or copy it again"
        )
    held = min(_count_frames(file, header=header) for file in files)
    return dataclasses.replace(header, n_frames=held), files


def file_beside(header: Path, *, name: str, follow_links: bool) -> Path:
    """The path of a file named in a header; it must be beside the header.

    Args:
        follow_links: whether the file may be a link to another folder, as from a DVC cache.

    Raises:
        ValueError: it is elsewhere, or does not exist.
    """
    plain = (
        name not in ("", ".", "..")
        and not name.startswith("~")
        and not any(c in name for c in "/\\\0")
        and len(os.fsencode(name)) <= _LONGEST_NAME
    )
    if not plain:
        raise ValueError(
            f"{header}: refers to the file {name[:80]!r}, but only files in the folder of the "
            "header are read; copy the file there and correct the header"
        )
    folder = header.parent.resolve()
    # A Korean name has two Unicode forms that look the same; macOS changes one to the other. DOS
    # and CD-ROMs changed names to upper case.
    forms = [name, *(unicodedata.normalize(form, name) for form in ("NFC", "NFD"))]
    for form in (*forms, name.upper(), name.lower()):
        path = folder / form
        if path.is_file():
            if not follow_links and path.resolve().parent != folder:
                raise ValueError(
                    f"{header}: the file {name!r} is a link to another folder; copy the file "
                    "itself there"
                )
            return path
    raise ValueError(f"{header}: the file {name!r} is missing; copy it to the same folder")


def _count_frames(file: SignalFile, *, header: Header) -> int:
    """Frames to read from a file: as declared in the header, else as the file has."""
    signals = [header.signals[i] for i in file.channels]
    _check_alike(signals, file=file, header=header)
    held = _held_frames(signals, file=file)
    if held == 0:
        raise ValueError(
            f"{header.path}: the signal file {file.path.name!r} contains no sample; copy it again"
        )
    promised = header.n_frames or held
    if held < promised:
        raise ValueError(
            f"{header.path}: declares {promised:,} samples, but the signal file "
            f"{file.path.name!r} has {held:,}; copy it again, or correct the header"
        )
    return promised


def _check_alike(signals: Sequence[Signal], *, file: SignalFile, header: Header) -> None:
    """Check that the signals of one file, which are interleaved, have the same format."""
    first = signals[0]
    flac = first.fmt not in BYTES
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
    """Frames in a signal file, from its size."""
    first = signals[0]
    size = file.path.stat().st_size
    if first.fmt not in BYTES:
        samples = _flac_samples(file.path, size=size, n_channels=len(signals)) - first.offset
        return max(samples, 0) // first.per_frame
    per_frame = sum(s.per_frame for s in signals)
    frames = max(int((size - first.offset) / BYTES[first.fmt]), 0) // per_frame
    while frames and needed_bytes(frames * per_frame, fmt=first.fmt) > size - first.offset:
        frames -= 1
    return frames


def _flac_samples(path: Path, *, size: int, n_channels: int) -> int:
    """Samples of each channel of a FLAC file."""
    import soundfile  # type: ignore[import-untyped]

    with path.open("rb") as file:
        is_flac = file.read(4) == b"fLaC"
        file.seek(0)
        try:
            info = soundfile.info(file) if is_flac else None
        except RuntimeError:  # base class of the errors of soundfile
            info = None
    if info is None or info.channels != n_channels or info.frames > size * _FLAC_SAMPLES_PER_BYTE:
        raise ValueError(
            f"{path}: is not a FLAC file with {n_channels} channels, as declared in the header; "
            "copy it again, or correct the header"
        )
    return int(info.frames)
