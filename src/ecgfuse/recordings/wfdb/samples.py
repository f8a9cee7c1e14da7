"""Decode WFDB signal files, as documented in signal(5) of the WFDB Applications Guide.

`wfdb.rdrecord` is not used: it takes some file names for network addresses, averages the samples
of a frame (codes of missing values included), and cannot read blocks of a file by path alone.
"""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np

BYTES = {
    "8": Fraction(1),
    "16": Fraction(2),
    "24": Fraction(3),
    "32": Fraction(4),
    "61": Fraction(2),
    "80": Fraction(1),
    "160": Fraction(2),
    "212": Fraction(3, 2),
    "310": Fraction(4, 3),
    "311": Fraction(4, 3),
}
"""Size of a sample; the other formats are FLAC."""
FLAC_BITS = {"508": 8, "516": 16, "524": 24}
PACK = 6
"""Samples are packed by two or three, so a pack starts at each multiple of this."""
_WHOLE = {"8": "i1", "16": "<i2", "32": "<i4", "61": ">i2"}


def needed_bytes(n_samples: int, *, fmt: str) -> int:
    """Size of so many samples from the start of a pack."""
    if fmt == "310" and n_samples % 3 == 2:
        return 4 * math.ceil(n_samples / 3)
    return math.ceil(n_samples * BYTES[fmt])


def read_samples(path: Path, *, fmt: str, offset: int, start: int, stop: int) -> np.ndarray:
    """Samples `start` to `stop` of a file other than FLAC, (n,), signed integers.

    In format 8 they are differences.

    Args:
        offset: bytes before the first sample.

    Raises:
        ValueError: the file is too short.
    """
    first = start // PACK * PACK
    n_bytes = needed_bytes(stop - first, fmt=fmt)
    with path.open("rb") as file:
        file.seek(offset + int(first * BYTES[fmt]))
        data = file.read(n_bytes)
    if len(data) < n_bytes:
        raise ValueError(f"{path}: was truncated while being read; copy it again")
    return _decode(data, fmt=fmt)[start - first : stop - first]


def read_flac(path: Path, *, fmt: str, offset: int, start: int, stop: int) -> np.ndarray:
    """Samples `start` to `stop` of all channels of a FLAC file, (n, n_channels) int32.

    Args:
        offset: samples before the first one.

    Raises:
        ValueError: the file is damaged or too short.
    """
    import soundfile  # type: ignore[import-untyped]

    try:
        with path.open("rb") as file, soundfile.SoundFile(file) as flac:
            flac.seek(offset + start)
            samples = flac.read(stop - start, dtype="int32", always_2d=True)
    except RuntimeError as error:  # base class of the errors of soundfile
        raise ValueError(f"{path}: cannot be decoded ({error}); copy it again") from error
    if len(samples) < stop - start:
        raise ValueError(f"{path}: cannot be decoded completely; copy it again")
    return samples >> (32 - FLAC_BITS[fmt])


def _decode(data: bytes, *, fmt: str) -> np.ndarray:
    """All samples; an incomplete pack at the end is filled with zeros."""
    pack: list[np.ndarray]
    if fmt in _WHOLE:
        return np.frombuffer(data, _WHOLE[fmt])
    if fmt == "80":
        return np.frombuffer(data, "u1").astype(np.int16) - (1 << 7)
    if fmt == "160":
        return np.frombuffer(data, "<u2").astype(np.int32) - (1 << 15)
    if fmt == "24":
        first, second, third = np.frombuffer(data, "u1").reshape(-1, 3).T.astype(np.int32)
        return _signed(first | second << 8 | third << 16, bits=24)
    if fmt == "212":
        low, middle, high = _padded(data, n_bytes=3).view("u1").reshape(-1, 3).T.astype(np.int16)
        pack = [low | (middle & 0xF) << 8, high | (middle & 0xF0) << 4]
        return _signed(np.stack(pack, axis=1).ravel(), bits=12)
    if fmt == "310":
        one, two = _padded(data, n_bytes=4).view("<u2").reshape(-1, 2).T.astype(np.int32)
        pack = [one >> 1, two >> 1, one >> 11 | (two >> 11) << 5]
    else:  # 311
        word = _padded(data, n_bytes=4).view("<u4").astype(np.int64)
        pack = [word, word >> 10, word >> 20]
    return _signed((np.stack(pack, axis=1) & 0x3FF).astype(np.int16).ravel(), bits=10)


def _padded(data: bytes, *, n_bytes: int) -> np.ndarray:
    return np.frombuffer(data + bytes(-len(data) % n_bytes), "u1")


def _signed(values: np.ndarray, *, bits: int) -> np.ndarray:
    """Two's complement of fewer bits than the integers have."""
    unused = 8 * values.itemsize - bits
    return values << unused >> unused
