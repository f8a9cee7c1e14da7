"""Read one lead of a WFDB record in millivolts, at one sampling rate, with its beats."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import wfdb

from ecgfuse.records.annotations import Beats, read_beats
from ecgfuse.records.resample import resample_signal

_CURE = "fetch it again with 'dvc repro --force download'"


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
    """Read a WFDB record; signal and R peaks are resampled to `fs` where the file has another rate.

    Args:
        path: path of the record without an extension.
        leads: names of leads in order of preference; the first that the record has is taken.
        fs: sampling rate wanted, in Hz.

    Raises:
        ValueError: a file is missing, cut or damaged, none of the leads is there, the signal
            holds NaN or is flat, or the beats are not usable. The message names record and cure.
    """
    signal, lead, file_fs = read_lead(path, leads=leads)
    beats = read_beats(path, n_samples=len(signal))
    signal = resample_signal(signal, up=fs, down=file_fs)
    if file_fs != fs:
        r_peaks = np.round(beats.r_peaks * (fs / file_fs)).astype(np.int64)
        beats = dataclasses.replace(beats, r_peaks=np.minimum(r_peaks, len(signal) - 1))
    return Record(name=path.name, lead=lead, fs=fs, signal=signal.astype(np.float32), beats=beats)


def read_second_lead(path: Path, *, first: Record, leads: Sequence[str]) -> Record | None:
    """The next preferred lead of a recording, with the same beats; None where it has no other.

    Args:
        path: path of the record without an extension.
        first: what `read_record` gave for it.
        leads: names of leads in order of preference.

    Raises:
        ValueError: as `read_record`, of the signal.
    """
    names = set(_lead_names(_read_header(path)))
    others = [name for name in leads if name in names and name != first.lead]
    if not others:
        return None
    signal, lead, file_fs = read_lead(path, leads=others)
    signal = resample_signal(signal, up=first.fs, down=file_fs)
    return dataclasses.replace(first, lead=lead, signal=signal.astype(np.float32))


def read_lead(path: Path, *, leads: Sequence[str]) -> tuple[np.ndarray, str, float]:
    """The preferred lead in mV, (n_samples,), its name, and the sampling rate of the file in Hz.

    Raises:
        ValueError: as `read_record`, of the signal.
    """
    header = _read_header(path)
    names = _lead_names(header)
    lead = next((name for name in leads if name in names), None)
    if lead is None:
        raise ValueError(
            f"record {path.name}: none of the leads {', '.join(leads)} is there, it has "
            f"{', '.join(names) or 'no signal'}; name one of them in preprocess.leads"
        )
    signal = _read_channel(path, header=header, channel=names.index(lead))
    _check_signal(signal, name=path.name, lead=lead)
    return signal, lead, float(header.fs)


def channel_of(path: Path, *, lead: str) -> int:
    """The place of a lead among the signals of a record, counted from 0.

    Raises:
        ValueError: the header is missing or damaged, or has no such lead.
    """
    return _lead_names(_read_header(path)).index(lead)


def _lead_names(header: wfdb.Record) -> list[str]:
    return [name or "a lead without a name" for name in header.sig_name or []]


def _read_header(path: Path) -> wfdb.Record:
    if not path.with_name(f"{path.name}.hea").is_file():
        raise ValueError(
            f"record {path.name}: {path}.hea is missing; {_CURE}, or take the record out of the "
            "split lists"
        )
    try:
        return wfdb.rdheader(str(path))
    except Exception as error:  # wfdb raises whatever its parser stumbles on
        raise ValueError(
            f"record {path.name}: the header cannot be read ({error}); {_CURE}"
        ) from error


def _read_channel(path: Path, *, header: wfdb.Record, channel: int) -> np.ndarray:
    """One signal in mV, after the file has been checked against its header."""
    for file_name in set(header.file_name):
        if not path.with_name(file_name).is_file():
            raise ValueError(
                f"record {path.name}: the header names the signal file {file_name}, "
                f"which is missing; {_CURE}"
            )
    try:
        record = wfdb.rdrecord(str(path), channels=[channel], physical=False)
    except Exception as error:
        raise ValueError(
            f"record {path.name}: the signal file is cut or damaged ({error}); {_CURE}"
        ) from error
    digital = record.d_signal[:, 0]
    if header.sig_len is not None and len(digital) != header.sig_len:
        raise ValueError(
            f"record {path.name}: the header promises {header.sig_len} samples, the signal file "
            f"has {len(digital)}; {_CURE}"
        )
    lead, checksum = header.sig_name[channel], header.checksum[channel]
    if checksum is not None and (int(digital.sum()) - checksum) % 65536:
        raise ValueError(
            f"record {path.name}: the checksum of lead {lead} does not agree with the header, so "
            f"the signal file is damaged; {_CURE}"
        )
    if header.units[channel] != "mV":
        raise ValueError(
            f"record {path.name}: lead {lead} is in {header.units[channel]}, but must be in mV; "
            "convert the record"
        )
    return record.dac()[:, 0]


def _check_signal(signal: np.ndarray, *, name: str, lead: str) -> None:
    n_missing = int(np.count_nonzero(~np.isfinite(signal)))
    if n_missing:
        raise ValueError(
            f"record {name}: lead {lead} has {n_missing} samples without a value (NaN); repair "
            "the record or take it out of the split lists"
        )
    if len(signal) == 0 or np.ptp(signal) == 0:
        raise ValueError(
            f"record {name}: lead {lead} is flat from beginning to end; name another lead in "
            "preprocess.leads, or take the record out of the split lists"
        )
