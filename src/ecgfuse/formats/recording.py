"""What every format gives: a recording whose leads are read block by block, in mV."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

BLOCK = 1 << 19
"""Samples of a lead in one block, at most."""
FS_RANGE = (100.0, 2000.0)
"""Sampling rates in Hz that are supported."""
_NAME_LENGTH = 40


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A file that was opened and checked; no signal has been read yet."""

    name: str
    """File name without its extension; it may hold any characters."""
    path: Path
    fs: float
    """Sampling rate in Hz, of every lead that can be read."""
    leads: tuple[str, ...]
    """Names of the leads in the order of the file, each once and none empty."""
    n_samples: int | None
    """Samples of each lead; None where only reading tells."""
    start: datetime | None
    """Wall clock of the first sample, if the file tells date and time."""
    read_blocks: Callable[[Sequence[str]], Iterator[np.ndarray]]
    """Named leads -> blocks (n, n_named) float32 in mV, in order; NaN where there is no value.

    A block has at most BLOCK samples. A damaged file is a ValueError at the call or on the way.
    """
    frame_fs: float | None = None
    """Hz at which annotations count that tell no rate, where a frame holds several samples of a
    lead (WFDB); None: at `fs`."""


def check_fs(fs: float, *, path: Path) -> float:
    """A sampling rate in Hz, if it is supported.

    Raises:
        ValueError: it is not.
    """
    low, high = FS_RANGE
    if not low <= fs <= high:
        raise ValueError(
            f"{path}: sampled at {fs:g} Hz; {low:g} to {high:,g} Hz are supported; resample it"
        )
    return float(fs)


def agreed_fs(told: float | None, *, given: float | None, path: Path) -> float:
    """The sampling rate in Hz that a file tells, or else the one that the user gave.

    Raises:
        ValueError: neither is there, they disagree, or the rate is not supported.
    """
    if given is not None and not (math.isfinite(given) and given > 0):
        raise ValueError(f"--fs is {given:g}, but must be a sampling rate in Hz, such as 250")
    if told is None:
        if given is None:
            raise ValueError(f"{path}: tells no sampling rate; name it with --fs, such as --fs 250")
        return check_fs(given, path=path)
    if given is not None and not math.isclose(given, told, rel_tol=1e-3):
        raise ValueError(
            f"{path}: the file tells a sampling rate of {told:g} Hz, --fs {given:g}; leave --fs "
            "out, or correct the file"
        )
    return check_fs(told, path=path)


def lead_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names that can be shown and told apart: printable, short, none empty, none twice."""
    taken: dict[str, None] = {}  # a set that keeps the order
    repeats: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        # Not "lead 2", which would be taken for lead II.
        base = free = shown(name, length=_NAME_LENGTH) or f"signal {number}"
        while free in taken:
            repeats[base] = repeats.get(base, 1) + 1
            free = f"{base} ({repeats[base]})"
        taken[free] = None
    return tuple(taken)


def shown(text: object, *, length: int = 200) -> str:
    """Text of a file as it can be shown on a terminal: in one line, short, no control signs."""
    printable = "".join(c if c.isprintable() else " " for c in str(text)[: 10 * length])
    return " ".join(printable.split())[:length].strip()


def lead_numbers(names: Sequence[str], *, leads: Sequence[str], path: Path) -> list[int]:
    """The places, from 0, of named leads among those of a recording.

    Raises:
        ValueError: none is named, or one is not there.
    """
    missing = [name for name in names if name not in leads]
    if missing or not names:
        raise ValueError(
            f"{path}: there is no lead {', '.join(missing) or 'named'}; it has {', '.join(leads)}"
        )
    return [leads.index(name) for name in names]
