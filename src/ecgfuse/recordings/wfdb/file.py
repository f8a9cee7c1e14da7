"""A user-supplied WFDB record -> a Recording."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ecgfuse.recordings.leads import fastest_ecg
from ecgfuse.recordings.recording import Recording, agreed_fs, lead_numbers
from ecgfuse.recordings.units import factor_of, to_mv
from ecgfuse.recordings.wfdb.record import assumptions, frame_rate, open_record, read_mv


def open_wfdb(path: Path, *, fs: float | None, units: str | None) -> Recording:
    """Open a WFDB record of one or more segments.

    Signals may have several samples per frame, and so different rates. The readable leads are
    those with the rate of the fastest ECG; all their samples are read, where wfdb would average
    those of a frame.

    Args:
        path: its header.
        fs: rate in Hz by the user, for a header that declares none; without both it is that of
            `frame_rate`.
        units: unit by the user, as in `read_mv`.

    Raises:
        ValueError: as `open_record`; or the rate is not supported, or not `fs`.
    """
    record = open_record(path)
    per_frame = {name: signal.per_frame for name, signal in record.leads.items()}
    volts = {
        name: samples
        for name, samples in per_frame.items()
        if units or factor_of(record.leads[name].unit or "mV")
    }
    samples = int(fastest_ecg(volts or per_frame))
    frame_fs = record.header.fs
    if frame_fs is None and fs is None:
        frame_fs = frame_rate(record)
    leads = tuple(name for name, number in per_frame.items() if number == samples)

    def read_blocks(names: Sequence[str]) -> Iterator[np.ndarray]:
        lead_numbers(names, leads=leads, path=path)
        blocks = read_mv(record, names, units=units)
        return (_to_float32(block, names=names, path=path) for block in blocks)

    return Recording(
        name=path.stem,
        path=path,
        fs=agreed_fs(None if frame_fs is None else frame_fs * samples, given=fs, path=path),
        leads=leads,
        n_samples=samples * record.n_frames,
        start=record.header.start,
        read_blocks=read_blocks,
        frame_fs=frame_fs,
        lead_warnings={name: assumptions(record, name, fs=fs, units=units) for name in leads},
    )


def _to_float32(block: np.ndarray, *, names: Sequence[str], path: Path) -> np.ndarray:
    columns = [to_mv(block[:, i], factor=1, lead=n, path=path) for i, n in enumerate(names)]
    return np.stack(columns, axis=1)
