"""Read the signals of one WFDB record without segments, as blocks in mV."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ecgfuse.recordings.recording import BLOCK
from ecgfuse.recordings.wfdb.header import Header
from ecgfuse.recordings.wfdb.samples import FLAC_BITS, PACK, read_flac, read_samples
from ecgfuse.recordings.wfdb.signal_files import SignalFile
from ecgfuse.recordings.wfdb.signal_line import Signal

_VALUES = 1 << 21
"""Maximum number of samples, of all signals of a file, decoded at a time."""
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
"""Code of a missing value in each format; format 8 has none."""


def read_signals(
    header: Header,
    *,
    files: Sequence[SignalFile],
    channels: Mapping[int, str],
    factors: Sequence[float],
) -> Iterator[np.ndarray]:
    """Read channels that have equally many samples per frame.

    Args:
        header: of a record without segments, with its length.
        channels: indices of signals in the header, and their names for messages.
        factors: size of the unit of each of them in mV.

    Yields:
        Blocks (n, n_channels) float64 in mV, as stored: skew is not corrected.

    Raises:
        ValueError: a file cannot be decoded, or its checksum does not match the header.
    """
    tracks = {
        channel: _Track(header.signals[channel], lead=lead, factor=factor, path=header.path)
        for (channel, lead), factor in zip(channels.items(), factors, strict=True)
    }
    wanted = [file for file in files if set(file.channels) & set(channels)]
    n_frames = header.n_frames or 0
    step = _frames_per_block(header, channels=channels, files=wanted)
    for start in range(0, n_frames, step):
        stop = min(start + step, n_frames)
        digital: dict[int, np.ndarray] = {}
        for file in wanted:
            digital |= _read_file(file, header=header, start=start, stop=stop)
        columns = [tracks[channel].mv(digital[channel])[:, None] for channel in channels]
        yield columns[0] if len(columns) == 1 else np.concatenate(columns, axis=1)
    for track in tracks.values():
        track.check_sum()


class _Track:
    """One signal, with the state to carry from block to block."""

    def __init__(self, signal: Signal, *, lead: str, factor: float, path: Path) -> None:
        self._signal = signal
        self._lead = lead
        self._factor = factor
        self._path = path
        self._last = signal.first
        self._sum = 0

    def mv(self, digital: np.ndarray) -> np.ndarray:
        """Samples of the next block -> float64 in mV, NaN for missing values."""
        signal = self._signal
        if signal.fmt == "8":  # differences
            digital = self._last + np.cumsum(digital, dtype=np.int64)
            self._last = int(digital[-1])
        self._sum += int(digital.sum(dtype=np.int64))
        with np.errstate(over="ignore"):
            values = (digital.astype(np.float64) - signal.baseline) / signal.gain * self._factor
        if signal.fmt in _MISSING:
            values[digital == _MISSING[signal.fmt]] = np.nan
        return values

    def check_sum(self) -> None:
        """Compare the sum of all samples, including codes of missing ones, with the header."""
        checksum = self._signal.checksum
        if checksum is not None and (self._sum - checksum) % 65536:
            raise ValueError(
                f"{self._path}: the checksum of lead {self._lead} is {checksum}, but its "
                f"samples sum to {self._sum % 65536} (modulo 65,536), so the signal file is "
                "damaged; copy it again, or if it is correct, set the checksum in the header to 0"
            )


def _frames_per_block(
    header: Header, *, channels: Iterable[int], files: Sequence[SignalFile]
) -> int:
    most = max(sum(header.signals[i].per_frame for i in file.channels) for file in files)
    frames = min(_VALUES // most, *(BLOCK // header.signals[i].per_frame for i in channels))
    return max(frames // PACK * PACK, 1)


def _read_file(file: SignalFile, *, header: Header, start: int, stop: int) -> dict[int, np.ndarray]:
    """Samples of each signal of a file from one frame to another, as integers."""
    signals = [header.signals[i] for i in file.channels]
    fmt, offset = signals[0].fmt, signals[0].offset
    if fmt in FLAC_BITS:
        n = signals[0].per_frame
        flac = read_flac(file.path, fmt=fmt, offset=offset, start=n * start, stop=n * stop)
        return dict(zip(file.channels, flac.T, strict=True))
    ends = np.cumsum([signal.per_frame for signal in signals])
    width = int(ends[-1])
    samples = read_samples(
        file.path, fmt=fmt, offset=offset, start=width * start, stop=width * stop
    )
    parts = np.split(samples.reshape(-1, width), ends[:-1], axis=1)
    return {channel: part.reshape(-1) for channel, part in zip(file.channels, parts, strict=True)}
