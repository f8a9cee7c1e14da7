"""The signals of one WFDB record without segments -> blocks in mV.

The samples are decoded by wfdb.rdrecord. It gets a folder of its own with a header that is written
here from checked fields, and a link to the signal file, both with plain names: so nothing in the
name of a file or in its header can lead wfdb to another file or to the network, and names may hold
blanks, dots and Korean letters. Digital samples are asked for, of all samples of a frame: else
wfdb makes one of them by averaging, and would average codes of missing values, too.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import wfdb

from ecgfuse.formats.recording import BLOCK, shown
from ecgfuse.formats.units import to_mv
from ecgfuse.formats.wfdb_files import SignalFile
from ecgfuse.formats.wfdb_header import Header
from ecgfuse.formats.wfdb_signal_line import Signal

_VALUES = 1 << 21
"""Samples of all signals of a file that are decoded at a time, at most."""
_PACKED = 6
"""Samples are packed by two or three; blocks of so many frames begin with a whole pack."""
_MISSING = {
    "16": -(1 << 15),
    "24": -(1 << 23),
    "32": -(1 << 31),
    "61": -(1 << 15),
    "80": -(1 << 7),
    "160": -(1 << 15),
    "212": -(1 << 11),
    "310": -(1 << 9),
    "311": -(1 << 9),
    "508": -(1 << 7),
    "516": -(1 << 15),
    "524": -(1 << 23),
}
"""The sample that says that there is no value; format 8 has none."""


_SWAPPED = "61"
"""Format 16 with its bytes swapped. wfdb fails to give its digital samples, so it reads that."""


def read_signals(
    header: Header,
    *,
    files: Sequence[SignalFile],
    channels: Mapping[int, str],
    factors: Sequence[float],
) -> Iterator[np.ndarray]:
    """Read channels that have equally many samples in a frame.

    Args:
        header: of a record without segments, with its length.
        channels: places of signals in the header, and what to call them.
        factors: mV in one unit of each of them.

    Yields:
        Blocks (n, n_channels) float32 in mV, as they lie in the files: skew is not corrected.

    Raises:
        ValueError: a file cannot be decoded, or its sum disagrees with the header.
    """
    tracks = {
        channel: _Track(header.signals[channel], lead=lead, factor=factor, path=header.path)
        for (channel, lead), factor in zip(channels.items(), factors, strict=True)
    }
    wanted = [file for file in files if set(file.channels) & set(channels)]
    n_frames = header.n_frames or 0
    step = _frames_per_block(header, channels=channels, files=wanted)
    with tempfile.TemporaryDirectory(prefix="ecgfuse-") as folder:
        for number, file in enumerate(wanted):
            _write_clean_record(Path(folder) / str(number), file=file, header=header)
        for start in range(0, n_frames, step):
            stop = min(start + step, n_frames)
            mv: dict[int, np.ndarray] = {}
            for number, file in enumerate(wanted):
                read = [c for c in channels if c in file.channels]
                digital = _decode(
                    Path(folder) / str(number),
                    start=start,
                    stop=stop,
                    channels=[file.channels.index(c) for c in read],
                    header=header,
                )
                mv |= {c: tracks[c].mv(d) for c, d in zip(read, digital, strict=True)}
            yield np.stack([mv[c] for c in channels], axis=1)
    for track in tracks.values():
        track.check_sum()


class _Track:
    """One signal on its way through the blocks: what to carry from each to the next."""

    def __init__(self, signal: Signal, *, lead: str, factor: float, path: Path) -> None:
        self._signal = signal
        self._lead = lead
        self._factor = factor
        self._path = path
        self._last = signal.first
        self._sum = 0

    def mv(self, digital: np.ndarray) -> np.ndarray:
        """Samples of the next block -> mV, NaN where there is no value."""
        signal = self._signal
        if signal.fmt == _SWAPPED:
            digital = digital.astype(np.int16).byteswap()
        if signal.fmt == "8":
            # wfdb adds up the differences of a block, from the zero in the clean header.
            digital = digital.astype(np.int64) + self._last
            self._last = int(digital[-1])
        self._sum += int(digital.sum(dtype=np.int64))
        with np.errstate(over="ignore"):
            values = (digital.astype(np.float64) - signal.baseline) / signal.gain
        if signal.fmt in _MISSING:
            values[digital == _MISSING[signal.fmt]] = np.nan
        return to_mv(values, factor=self._factor, lead=self._lead, path=self._path)

    def check_sum(self) -> None:
        """Compare the sum of all samples, codes of missing ones included, with the header."""
        checksum = self._signal.checksum
        if checksum is not None and (self._sum - checksum) % 65536:
            raise ValueError(
                f"{self._path}: the checksum of lead {self._lead} is {checksum}, but its "
                f"samples sum up to {self._sum % 65536} (modulo 65,536), so the signal file is "
                "damaged; copy it again, or if it is right, set the checksum in the header to 0"
            )


def _frames_per_block(
    header: Header, *, channels: Iterable[int], files: Sequence[SignalFile]
) -> int:
    most = max(sum(header.signals[i].per_frame for i in file.channels) for file in files)
    frames = min(_VALUES // most, *(BLOCK // header.signals[i].per_frame for i in channels))
    return max(frames // _PACKED * _PACKED, 1)


def _write_clean_record(record: Path, *, file: SignalFile, header: Header) -> None:
    """A header with nothing but what is needed to decode a signal file, and a link to that."""
    record.with_suffix(".dat").symlink_to(file.path.resolve())
    signals = [header.signals[i] for i in file.channels]
    lines = [f"r {len(signals)} 1 {header.n_frames}"]
    lines += [
        f"{record.name}.dat {'16' if s.fmt == _SWAPPED else s.fmt}x{s.per_frame}+{s.offset} 1(0)/mV"
        for s in signals
    ]
    record.with_suffix(".hea").write_text("\n".join(lines) + "\n", encoding="ascii")


def _decode(
    record: Path, *, start: int, stop: int, channels: list[int], header: Header
) -> list[np.ndarray]:
    """Samples of each channel from one frame to another, as integers."""
    try:
        return wfdb.rdrecord(
            str(record),
            sampfrom=start,
            sampto=stop,
            channels=channels,
            physical=False,
            smooth_frames=False,
            ignore_skew=True,
            return_res=32,
        ).e_d_signal
    except (OSError, MemoryError):
        raise
    except Exception as error:  # wfdb raises whatever it stumbles on
        raise ValueError(
            f"{header.path}: a signal file cannot be decoded ({shown(error)}); copy the record "
            "again"
        ) from error
