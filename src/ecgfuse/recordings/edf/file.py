"""An EDF, EDF+ or BDF file -> a Recording.

edfio decodes some data records at a time, preceded by a short header that is written here from
checked fields. edfio and pyEDFlib were tried on good, cut and inconsistent files:

- pyEDFlib reads blocks quickly in little memory, but rejects any file with a non-ASCII character
  in its header (a unit of "µV", the name of a Korean patient) or a wrong date, writes to the
  terminal, and cannot open a file twice at the same time.
- edfio reads such files, but loads a whole BDF file (7 times its size in memory), only warns of a
  cut file, and fails on an inconsistent header with errors such as IndexError.

Given clean pieces, edfio has none of these faults, and reads a day of two leads in seconds.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import edfio
import numpy as np

from ecgfuse.recordings.edf.header import EdfHeader, EdfSignal, read_edf_header
from ecgfuse.recordings.leads import fastest_ecg
from ecgfuse.recordings.recording import (
    BLOCK,
    Recording,
    agreed_fs,
    lead_names,
    lead_numbers,
    shown,
)
from ecgfuse.recordings.units import factor_of, mv_factor, to_mv

_PIECE_BYTES = 4 << 20
"""Maximum size of the data records decoded at a time, unless a single one is larger."""


def open_edf(path: Path, *, fs: float | None, units: str | None) -> Recording:
    """Open an EDF, EDF+C or BDF file.

    Signals may have different rates; the leads offered have the rate of the fastest ECG.

    Args:
        fs: rate in Hz by the user, which must match the file.
        units: unit by the user, for a file that declares none or an unknown one.

    Raises:
        ValueError: the file has no complete data record, is not EDF or BDF, is discontinuous, or a
            field is invalid.
    """
    header = read_edf_header(path)
    names = lead_names([s.label for s in header.signals])
    signals = {name: i for i, name in enumerate(names) if not header.signals[i].is_annotation}
    if not signals:
        raise ValueError(f"{path}: contains annotations only; name a file with an ECG")
    per_record = {name: header.signals[i].per_record for name, i in signals.items()}
    volts = {
        name: samples
        for name, samples in per_record.items()
        if units or _may_be_volts(header.signals[signals[name]])
    }
    samples = int(fastest_ecg(volts or per_record))
    leads = tuple(name for name, number in per_record.items() if number == samples)

    def read_blocks(wanted: Sequence[str]) -> Iterator[np.ndarray]:
        lead_numbers(wanted, leads=leads, path=path)
        return _read(
            header,
            channels=[
                _Channel(header, number=signals[name], lead=name, units=units) for name in wanted
            ],
        )

    return Recording(
        name=path.stem,
        path=path,
        fs=agreed_fs(samples / header.record_s, given=fs, path=path),
        leads=leads,
        n_samples=samples * header.n_records,
        start=header.start,
        read_blocks=read_blocks,
        warnings=_length_warning(header),
    )


def _length_warning(header: EdfHeader) -> tuple[str, ...]:
    """A sentence if the header declares another number of data records than the file has."""
    declared, held = header.declared_records, header.n_records
    if declared in (None, held):
        return ()
    cause = "the copy may be cut" if declared > held else "the recorder may not have closed it"
    return (
        f"the header declares {declared:,} data records of {header.record_s:g} s, but the file has "
        f"{held:,}, which are read; {cause}",
    )


class _Channel:
    """A signal to read: its index in the data records, and the conversion of samples to mV.

    Raises:
        ValueError: its range or unit is not usable.
    """

    def __init__(self, header: EdfHeader, *, number: int, lead: str, units: str | None) -> None:
        signal = header.signals[number]
        digital, physical = signal.digital, signal.physical
        if (
            digital is None
            or physical is None
            or abs(digital[1] - digital[0]) < 1
            or physical[0] == physical[1]
        ):
            raise ValueError(
                f"{header.path}: lead {lead} is not calibrated: its digital range is "
                f"{_range(digital)} and its physical range {_range(physical)}, but each needs two "
                "different numbers; correct the header, or choose another lead with --lead"
            )
        self.number = number
        self._lead = lead
        self._path = header.path
        self._lowest, self._bottom = digital[0], physical[0]
        self._step = (physical[1] - physical[0]) / (digital[1] - digital[0])
        self._factor = mv_factor(signal.unit, given=units, lead=lead, path=header.path)

    def mv(self, digital: np.ndarray) -> np.ndarray:
        """Samples (n,) -> float32 in mV."""
        with np.errstate(over="ignore", invalid="ignore"):
            values = (digital - self._lowest) * self._step + self._bottom
        return to_mv(values, factor=self._factor, lead=self._lead, path=self._path)


def _may_be_volts(signal: EdfSignal) -> bool:
    return not signal.unit or factor_of(signal.unit) is not None


def _range(pair: tuple[float, float] | None) -> str:
    return "no numbers" if pair is None else f"{pair[0]:g} to {pair[1]:g}"


def _read(header: EdfHeader, *, channels: Sequence[_Channel]) -> Iterator[np.ndarray]:
    """Blocks (n, n_channels) float32 in mV of signals with equally many samples per record."""
    per_record = header.signals[channels[0].number].per_record
    step = max(min(BLOCK // per_record, _PIECE_BYTES // header.record_bytes), 1)
    with header.path.open("rb") as file:
        file.seek(header.n_bytes)
        for first in range(0, header.n_records, step):
            n_records = min(step, header.n_records - first)
            data = file.read(n_records * header.record_bytes)
            signals = _decode(data, n_records=n_records, header=header)
            mv = np.stack([c.mv(signals[c.number].digital) for c in channels], axis=1)
            for start in range(0, len(mv), BLOCK):  # a single record may be longer
                yield mv[start : start + BLOCK]


def _decode(
    data: bytes, *, n_records: int, header: EdfHeader
) -> Sequence[edfio.EdfSignal | edfio.BdfSignal]:
    """The signals of some data records."""
    if len(data) != n_records * header.record_bytes:
        raise ValueError(f"{header.path}: was truncated while being read; copy it again")
    read = edfio.read_edf if header.sample_bytes == 2 else edfio.read_bdf
    try:
        return read(_clean_header(header, n_records=n_records) + data).signals
    except MemoryError:
        raise
    except Exception as error:  # not expected, as the header is clean
        raise ValueError(
            f"{header.path}: cannot be decoded ({shown(error)}); copy it again"
        ) from error


def _clean_header(header: EdfHeader, *, n_records: int) -> bytes:
    """A minimal header to decode so many data records."""
    n_signals = len(header.signals)
    version = "0" if header.sample_bytes == 2 else "\xffBIOSEMI"
    head = [version, "", "", "01.01.85", "00.00.00", header.n_bytes, "", n_records, 1, n_signals]
    widths = [8, 80, 80, 8, 8, 8, 44, 8, 8, 4]
    fields = [f"{value:<{width}}" for value, width in zip(head, widths, strict=True)]
    fields += [f"s{i:<15}" for i in range(n_signals)]  # labels
    fields += [" " * (80 + 8 + 8 + 8 + 8 + 8 + 80) * n_signals]  # not needed by edfio
    fields += [f"{s.per_record:<8}" for s in header.signals]
    fields += [" " * 32 * n_signals]
    return "".join(fields).encode("latin-1")
