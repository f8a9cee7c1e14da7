"""WFDB records: a header (.hea) and signal files, perhaps in several segments."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from ecgfuse.formats.lead import fastest_ecg
from ecgfuse.formats.recording import BLOCK, Recording, agreed_fs, lead_numbers
from ecgfuse.formats.units import factor_of, mv_factor
from ecgfuse.formats.wfdb_files import load_record
from ecgfuse.formats.wfdb_header import read_header
from ecgfuse.formats.wfdb_segments import Part, named_channels, record_parts
from ecgfuse.formats.wfdb_signal_line import Signal
from ecgfuse.formats.wfdb_signals import read_signals


def open_wfdb(path: Path, *, fs: float | None, units: str | None) -> Recording:
    """Open a WFDB record of one or more segments.

    Signals may have several samples in a frame, so that their rates differ. The leads offered are
    those that have the rate of the fastest ECG; every sample of them is read, where wfdb would
    average those of a frame. Leads that were recorded late (skew) are moved to their time; in
    segments and stretches where a lead has no samples, it is NaN. Checksums are compared at the
    end of reading.

    Args:
        path: its header.
        fs: rate in Hz by the user, for a header that tells none.
        units: unit by the user; a header that names no unit means mV.

    Raises:
        ValueError: a header is damaged or lies, or a signal file is missing or cut.
    """
    header = read_header(path)
    parts, signals = record_parts(header)
    if not signals:
        raise ValueError(f"{path}: none of its signals has samples; copy the record again")
    per_frame = {name: signal.per_frame for name, signal in signals.items()}
    volts = {n: k for n, k in per_frame.items() if factor_of(signals[n].unit or "mV")}
    samples = int(fastest_ecg(volts or per_frame))
    frame_fs = None if header.fs is None else header.fs * samples
    leads = tuple(name for name, number in per_frame.items() if number == samples)

    def read_blocks(names: Sequence[str]) -> Iterator[np.ndarray]:
        lead_numbers(names, leads=leads, path=path)
        for name in names:  # at once, not when the first block is asked for
            _factor(name, signal=signals[name], units=units, path=path)
        return _read_parts(parts, names=names, per_frame=samples, units=units)

    return Recording(
        name=path.stem,
        path=path,
        fs=agreed_fs(frame_fs, given=fs, path=path),
        leads=leads,
        n_samples=samples * sum(part.n_frames for part in parts),
        start=header.start,
        read_blocks=read_blocks,
        frame_fs=header.fs,
    )


def _factor(name: str, *, signal: Signal, units: str | None, path: Path) -> float:
    """How many mV one unit of a signal is."""
    if signal.gain == 0:
        raise ValueError(
            f"{path}: lead {name} is not calibrated, its gain is missing or 0; write the ADC "
            "units per mV into the header, such as 200/mV"
        )
    return mv_factor(signal.unit or "mV", given=units, lead=name, path=path)


def _read_parts(
    parts: Sequence[Part], *, names: Sequence[str], per_frame: int, units: str | None
) -> Iterator[np.ndarray]:
    """Blocks (n, n_names) float32 in mV of all parts, one after another."""
    for part in parts:
        n_samples = part.n_frames * per_frame
        blocks = _read_part(part, names=names, units=units)
        if blocks is None:
            for start in range(0, n_samples, BLOCK):
                n = min(BLOCK, n_samples - start)
                yield np.full((n, len(names)), np.nan, dtype=np.float32)
        else:
            yield from blocks


def _read_part(
    part: Part, *, names: Sequence[str], units: str | None
) -> Iterator[np.ndarray] | None:
    """Blocks of one part, or None if it holds none of the leads."""
    if part.path is None:
        return None
    header, files = load_record(part.path, n_frames=part.n_frames)
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
    """Blocks (n, n_leads) with each lead moved ahead by its skew; NaN follows at its end."""
    late = max(skews)
    if late == 0:
        yield from blocks
        return
    end = np.full((late, len(skews)), np.nan, dtype=np.float32)
    waiting = end[:0]
    for block in chain(blocks, [end]):
        waiting = np.concatenate([waiting, block])
        n = max(len(waiting) - late, 0)
        if n:
            yield np.stack([waiting[s : s + n, i] for i, s in enumerate(skews)], axis=1)
        waiting = waiting[n:]


def _arranged(block: np.ndarray, *, columns: Sequence[int | None]) -> np.ndarray:
    """The columns of a block in the order wanted; NaN for a lead that it does not have."""
    arranged = np.full((len(block), len(columns)), np.nan, dtype=np.float32)
    for i, column in enumerate(columns):
        if column is not None:
            arranged[:, i] = block[:, column]
    return arranged
