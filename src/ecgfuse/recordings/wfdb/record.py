"""A WFDB record of one or more segments: its leads and their samples in mV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from ecgfuse.recordings.recording import BLOCK
from ecgfuse.recordings.units import mv_factor
from ecgfuse.recordings.wfdb.header import DEFAULT_FS, Header, read_header
from ecgfuse.recordings.wfdb.segments import Part, named_channels, record_parts
from ecgfuse.recordings.wfdb.signal_files import load_record
from ecgfuse.recordings.wfdb.signal_line import DEFAULT_GAIN, Signal
from ecgfuse.recordings.wfdb.signals import read_signals


@dataclass(frozen=True, kw_only=True)
class WfdbRecord:
    """A record whose headers and file sizes were checked; no sample has been read yet."""

    header: Header
    parts: tuple[Part, ...]
    leads: dict[str, Signal]
    """Signals that have samples, by unique name, in the order of the header."""
    trusted: bool

    @property
    def n_frames(self) -> int:
        """Length in frames."""
        return sum(part.n_frames for part in self.parts)


def open_record(path: Path, *, trusted: bool = False) -> WfdbRecord:
    """Open a record by its header.

    Args:
        trusted: for a record of a published database: signal files may be links to another
            folder, as from a DVC cache.

    Raises:
        ValueError: a header is damaged or contradicts a file, or a signal file is missing or cut.
    """
    header = read_header(path)
    parts, leads = record_parts(header, trusted=trusted)
    if not leads:
        raise ValueError(f"{path}: no signal has samples; copy the record again")
    return WfdbRecord(header=header, parts=parts, leads=leads, trusted=trusted)


def frame_rate(record: WfdbRecord) -> float:
    """Frames per second: as declared, else the 250 Hz of header(5) of WFDB."""
    return record.header.fs or DEFAULT_FS


def assumptions(
    record: WfdbRecord, name: str, *, fs: float | None = None, units: str | None = None
) -> tuple[str, ...]:
    """What is assumed of a lead since its header does not tell, one sentence each.

    Args:
        fs: sampling rate by the user.
        units: unit by the user.
    """
    signal, found = record.leads[name], []
    if record.header.fs is None and fs is None:
        found.append(f"no sampling rate is declared; {DEFAULT_FS:g} frames per second are assumed")
    if not signal.calibrated:
        found.append(
            f"lead {name} is not calibrated (its gain is missing or 0); {DEFAULT_GAIN:g} ADC units "
            f"per {signal.unit or units or 'mV'} are assumed, so amplitudes may be wrong"
        )
    return tuple(found)


def plain_rate(record: WfdbRecord, names: Sequence[str]) -> float:
    """Sampling rate in Hz of leads with one sample per frame.

    Raises:
        ValueError: a lead has several samples per frame.
    """
    path = record.header.path
    for name in names:
        if (per_frame := record.leads[name].per_frame) != 1:
            raise ValueError(
                f"{path}: lead {name} has {per_frame} samples per frame; resample the record so "
                "that all signals have one"
            )
    return frame_rate(record)


def read_mv(
    record: WfdbRecord, names: Sequence[str], *, units: str | None = None
) -> Iterator[np.ndarray]:
    """Read all samples of leads that have equally many per frame.

    Delayed leads (skew) are shifted to their time. A lead is NaN in segments and gaps without its
    samples. Checksums are compared after the last block.

    Args:
        units: unit by the user, for a lead whose header names none or an unknown one. Without
            both it is mV, by header(5) of WFDB.

    Returns:
        Blocks (n, n_names) float64 in mV of at most BLOCK samples.

    Raises:
        ValueError: the unit of a lead is not usable (at the call); a signal file cannot be
            decoded, or a checksum does not match (later).
    """
    for name in names:  # at the call, not at the first block
        _factor(name, signal=record.leads[name], units=units, path=record.header.path)
    return _read_parts(record, names=names, units=units)


def _factor(name: str, *, signal: Signal, units: str | None, path: Path) -> float:
    """Size of the unit of a signal in mV; a signal without a unit is in that of the user, or mV."""
    given = units or ("mV" if not signal.unit else None)
    return mv_factor(signal.unit, given=given, lead=name, path=path)


def _read_parts(
    record: WfdbRecord, *, names: Sequence[str], units: str | None
) -> Iterator[np.ndarray]:
    """Blocks of all parts, one after another."""
    per_frame = record.leads[names[0]].per_frame
    for part in record.parts:
        n_samples = part.n_frames * per_frame
        blocks = _read_part(part, names=names, units=units, trusted=record.trusted)
        if blocks is None:
            for start in range(0, n_samples, BLOCK):
                yield np.full((min(BLOCK, n_samples - start), len(names)), np.nan)
        else:
            yield from blocks


def _read_part(
    part: Part, *, names: Sequence[str], units: str | None, trusted: bool
) -> Iterator[np.ndarray] | None:
    """Blocks of one part, or None if it has none of the leads."""
    if part.path is None:
        return None
    header, files = load_record(part.path, n_frames=part.n_frames, trusted=trusted)
    channels = named_channels(header)
    held = [name for name in dict.fromkeys(names) if name in channels]
    if not held:
        return None
    signals = [header.signals[channels[name]] for name in held]
    blocks = read_signals(
        header,
        files=files,
        channels={channels[name]: name for name in held},
        factors=[
            _factor(name, signal=signal, units=units, path=part.path)
            for name, signal in zip(held, signals, strict=True)
        ],
    )
    skews = [signal.skew * signal.per_frame for signal in signals]
    columns = [held.index(name) if name in held else None for name in names]
    return (_arranged(block, columns=columns) for block in _aligned(blocks, skews=skews))


def _aligned(blocks: Iterator[np.ndarray], *, skews: Sequence[int]) -> Iterator[np.ndarray]:
    """Blocks (n, n_leads) with each lead shifted back by its skew, and NaN at its end."""
    late = max(skews)
    if late == 0:
        yield from blocks
        return
    end = np.full((late, len(skews)), np.nan)
    waiting = end[:0]
    for block in chain(blocks, [end]):
        waiting = np.concatenate([waiting, block])
        n = max(len(waiting) - late, 0)
        if n:
            yield np.stack([waiting[s : s + n, i] for i, s in enumerate(skews)], axis=1)
        waiting = waiting[n:]


def _arranged(block: np.ndarray, *, columns: Sequence[int | None]) -> np.ndarray:
    """The columns of a block in the given order; NaN for a missing lead."""
    if columns == list(range(block.shape[1])):
        return block
    arranged = np.full((len(block), len(columns)), np.nan)
    for i, column in enumerate(columns):
        if column is not None:
            arranged[:, i] = block[:, column]
    return arranged
