"""One lead of a WFDB record in mV, with its reference beats, for training and evaluation.

The reader is that of user-supplied records (`open_recording`), and so are the defaults of the
format. Beside that, the lead must have one sample per frame, none missing, and not be constant.
"""

import dataclasses
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.recordings.beats import Beats, read_beats
from ecgfuse.recordings.resample import resample_signal
from ecgfuse.recordings.wfdb.record import (
    WfdbRecord,
    assumptions,
    open_record,
    plain_rate,
    read_mv,
)


@dataclass(frozen=True)
class Record:
    """One lead of one recording."""

    name: str
    lead: str
    fs: float
    """Sampling rate in Hz."""
    signal: np.ndarray
    """(n_samples,) float32, in mV."""
    beats: Beats


def read_record(path: Path, *, leads: Sequence[str], fs: float) -> Record:
    """Read a WFDB record; signal and R peaks are resampled to `fs` if the file has another rate.

    Args:
        path: path of the record without an extension.
        leads: names of leads in order of preference; the first that the record has is taken.
        fs: sampling rate wanted, in Hz.

    Raises:
        ValueError: a file is missing, cut or damaged, the record has none of the leads, the
            signal contains NaN or is flat, or the beats are not usable. The message names record
            and cure.

    Warns:
        UserWarning: a default of the format is assumed, or beats are left out.
    """
    signal, lead, file_fs = read_lead(path, leads=leads)
    beats = read_beats(path, n_samples=len(signal), fs=file_fs)
    signal = resample_signal(signal, up=fs, down=file_fs)
    if file_fs != fs:
        r_peaks = np.round(beats.r_peaks * (fs / file_fs)).astype(np.int64)
        beats = dataclasses.replace(beats, r_peaks=np.minimum(r_peaks, len(signal) - 1))
    return Record(name=path.name, lead=lead, fs=fs, signal=signal.astype(np.float32), beats=beats)


def read_second_lead(path: Path, *, first: Record, leads: Sequence[str]) -> Record | None:
    """Read the next preferred lead of a record, with the same beats; None if it has no other.

    Args:
        path: path of the record without an extension.
        first: result of `read_record`.
        leads: names of leads in order of preference.

    Raises:
        ValueError: as `read_record`, about the signal.
    """
    record = _open(path)
    lead = next((name for name in leads if name in record.leads and name != first.lead), None)
    if lead is None:
        return None
    signal, file_fs = _read(record, lead=lead, name=path.name)
    signal = resample_signal(signal, up=first.fs, down=file_fs)
    return dataclasses.replace(first, lead=lead, signal=signal.astype(np.float32))


def read_lead(path: Path, *, leads: Sequence[str]) -> tuple[np.ndarray, str, float]:
    """Read the preferred lead: float64 in mV, (n_samples,), its name, and its rate in Hz.

    Raises:
        ValueError: as `read_record`, about the signal.

    Warns:
        UserWarning: as `read_record`, about the signal.
    """
    record = _open(path)
    lead = _preferred(record, leads=leads, name=path.name)
    signal, fs = _read(record, lead=lead, name=path.name)
    return signal, lead, fs


def is_calibrated(path: Path, *, leads: Sequence[str]) -> bool:
    """Whether the header of a record tells the gain of its preferred lead.

    Raises:
        ValueError: as `read_record`, about the header.
    """
    record = _open(path)
    return record.leads[_preferred(record, leads=leads, name=path.name)].calibrated


def channel_of(path: Path, *, lead: str) -> int:
    """Position of a lead among the signals of a record, counted from 0.

    Raises:
        ValueError: the header is missing or damaged, or has no such lead.
    """
    return list(_open(path).leads).index(lead)


def _preferred(record: WfdbRecord, *, leads: Sequence[str], name: str) -> str:
    lead = next((lead for lead in leads if lead in record.leads), None)
    if lead is None:
        raise ValueError(
            f"record {name}: none of the leads {', '.join(leads)} exists; it has "
            f"{', '.join(record.leads)}; add one of these to preprocess.leads, or to "
            "external.leads for another database"
        )
    return lead


def _open(path: Path) -> WfdbRecord:
    try:
        return open_record(path.with_name(f"{path.name}.hea"), trusted=True)
    except ValueError as error:
        raise _refusal(error, name=path.name) from error


def _read(record: WfdbRecord, *, lead: str, name: str) -> tuple[np.ndarray, float]:
    """One lead in mV, (n_samples,), and its sampling rate in Hz."""
    for text in assumptions(record, lead):
        warnings.warn(f"record {name}: {text}", stacklevel=2)
    try:
        fs = plain_rate(record, [lead])
        signal = np.concatenate([block[:, 0] for block in read_mv(record, [lead])])
    except ValueError as error:
        raise _refusal(error, name=name) from error
    _check_signal(signal, name=name, lead=lead)
    return signal, fs


def _refusal(error: ValueError, *, name: str) -> ValueError:
    return ValueError(
        f"record {name}: {error}; if a stage downloaded it, run that stage again with "
        "'dvc repro --force STAGE', or leave the record out of the split lists"
    )


def _check_signal(signal: np.ndarray, *, name: str, lead: str) -> None:
    n_missing = int(np.count_nonzero(~np.isfinite(signal)))
    if n_missing:
        raise ValueError(
            f"record {name}: lead {lead} has {n_missing} samples without a value (NaN); repair "
            "the record or take it out of the split lists"
        )
    if len(signal) == 0 or np.ptp(signal) == 0:
        raise ValueError(
            f"record {name}: lead {lead} is constant; prefer another lead in "
            "preprocess.leads, or take the record out of the split lists"
        )
