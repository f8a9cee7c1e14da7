"""Write small recordings with given content in all formats."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import edfio
import numpy as np
import soundfile

GAIN = 200
"""ADC units per mV, except in 8-bit formats."""
MISSING = {
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
"""Code of a missing value in each WFDB format; format 8 has none."""
_FLAC = {"508": "PCM_S8", "516": "PCM_16", "524": "PCM_24"}
WFDB_FORMATS = ("8", *MISSING)


def wave(n_samples: int, *, fs: float = 360, hz: float = 5, phase: float = 0) -> np.ndarray:
    """A sine of 1 mV."""
    return np.sin(2 * np.pi * hz * np.arange(n_samples) / fs + phase)


def steps(signal: np.ndarray, *, gain: float = GAIN, fmt: str = "16") -> np.ndarray:
    """A signal in mV as ADC values; NaN becomes the code of the format."""
    return np.where(
        np.isnan(signal), MISSING.get(fmt, 0), np.round(np.nan_to_num(signal) * gain)
    ).astype(np.int64)


def gain_of(fmt: str) -> int:
    """A gain with which 1 mV fits into a format."""
    return 60 if fmt in ("80", "508") else GAIN


def write_wfdb(
    folder: Path,
    *,
    name: str = "r1",
    leads: Mapping[str, np.ndarray] | None = None,
    fs: float = 360,
    fmt: str = "16",
    unit: str = "mV",
    per_frame: Sequence[int] | None = None,
) -> Path:
    """Write NAME.hea and NAME.dat, and return the path of the header.

    Not by wfdb, which writes only some formats and plain names.

    Args:
        leads: signals by the name of the lead, in mV; NaN becomes the invalid code of the format.
        per_frame: samples in a frame of each lead.
    """
    leads = leads or {"MLII": wave(1200)}
    per_frame = per_frame or [1] * len(leads)
    digital = [steps(signal, gain=gain_of(fmt), fmt=fmt) for signal in leads.values()]
    n_frames = len(digital[0]) // per_frame[0]
    lines = [f"{name} {len(leads)} {fs:g} {n_frames}"]
    for lead, signal, n in zip(leads, digital, per_frame, strict=True):
        frame = f"x{n}" if n > 1 else ""
        lines.append(
            f"{name}.dat {fmt}{frame} {gain_of(fmt)}(0)/{unit} 12 0 {signal[0]} "
            f"{(int(signal.sum()) + 32768) % 65536 - 32768} 0 {lead}"
        )
    header = folder / f"{name}.hea"
    header.write_text("\n".join(lines) + "\n")
    path = folder / f"{name}.dat"
    if fmt in _FLAC:
        bits = int(fmt) - 500
        scaled = np.stack(digital, axis=1).astype(np.int32) << (32 - bits)
        soundfile.write(path, scaled, 96000, format="FLAC", subtype=_FLAC[fmt])
        return header
    if fmt == "8":
        digital = [np.diff(signal, prepend=signal[0]) for signal in digital]
    frames = [signal.reshape(n_frames, -1) for signal in digital]
    path.write_bytes(_packed(np.concatenate(frames, axis=1).ravel(), fmt=fmt))
    return header


def _packed(samples: np.ndarray, *, fmt: str) -> bytes:
    """Samples encoded as in signal(5) of the WFDB Applications Guide."""
    whole = {"8": "<i1", "16": "<i2", "32": "<i4", "61": ">i2"}
    if fmt in whole:
        return samples.astype(whole[fmt]).tobytes()
    if fmt in ("80", "160"):
        half = 1 << (7 if fmt == "80" else 15)
        return (samples + half).astype("<u1" if fmt == "80" else "<u2").tobytes()
    if fmt == "24":
        return samples.astype("<i4").view("<u1").reshape(-1, 4)[:, :3].tobytes()
    if fmt == "212":
        a, b = _in_packs(samples, of=2, bits=12)
        pack = [a & 0xFF, (a >> 8) | (b >> 8 << 4), b & 0xFF]
    elif fmt == "310":
        a, b, c = _in_packs(samples, of=3, bits=10)
        low, high = c & 0x1F, c >> 5
        pack = [(a & 0x7F) << 1, (a >> 7) | low << 3, (b & 0x7F) << 1, (b >> 7) | high << 3]
    else:
        a, b, c = _in_packs(samples, of=3, bits=10)
        pack = [a & 0xFF, (a >> 8) | (b & 0x3F) << 2, (b >> 6) | (c & 0xF) << 4, c >> 4]
    return np.stack(pack, axis=1).astype("<u1").tobytes()


def _in_packs(samples: np.ndarray, *, of: int, bits: int) -> np.ndarray:
    """First, second and third samples of packs, as unsigned bits; the last pack is zero-padded."""
    filled = np.append(samples, np.zeros(-len(samples) % of, dtype=np.int64))
    return (filled & ((1 << bits) - 1)).reshape(-1, of).T


def write_edf(
    path: Path,
    *,
    leads: Mapping[str, np.ndarray] | None = None,
    fs: float = 256,
    unit: str = "mV",
    rates: Mapping[str, float] | None = None,
) -> Path:
    """Write an EDF or BDF file, by its extension, with edfio.

    Args:
        leads: signals by their labels, in the unit, within -5 to 5.
        rates: their sampling rates in Hz if they differ from `fs`.
    """
    leads = leads or {"ECG II": wave(2560, fs=256)}
    is_edf = path.suffix == ".edf"
    make = edfio.EdfSignal if is_edf else edfio.BdfSignal
    signals = [
        make(
            signal,
            sampling_frequency=(rates or {}).get(label, fs),
            label=label,
            physical_dimension=unit,
            physical_range=(-5, 5),
        )
        for label, signal in leads.items()
    ]
    (edfio.Edf if is_edf else edfio.Bdf)(signals).write(path)
    return path


def write_csv(
    path: Path,
    *,
    columns: Mapping[str, np.ndarray] | None = None,
    separator: str = ",",
    decimal: str = ".",
    encoding: str = "utf-8",
    digits: int = 4,
) -> Path:
    """Write a table, without a header line if all names are blank."""
    columns = columns or {"time": np.arange(1200) / 360, "II": wave(1200)}
    lines = [separator.join(columns)] if any(name.strip() for name in columns) else []
    for row in zip(*columns.values(), strict=True):
        cells = ["" if np.isnan(cell) else f"{cell:.{digits}f}" for cell in row]
        lines.append(separator.join(cell.replace(".", decimal) for cell in cells))
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path
