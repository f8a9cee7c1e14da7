"""An opened recording of any format; its leads are read block by block, in mV."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np

BLOCK = 1 << 19
"""Maximum number of samples per lead in one block."""
FS_RANGE = (100.0, 2000.0)
"""Range of supported sampling rates in Hz."""
_NAME_LENGTH = 40


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a lead, its unit and its rate were found in a table."""

    column: int
    """From 1."""
    unit: str
    unit_from: str
    """Such as "the column name", "--units" or "assumed"."""
    fs_from: str


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A checked file whose signals have not been read yet."""

    name: str
    """File name without its extension; any characters."""
    path: Path
    fs: float
    """Sampling rate in Hz of all readable leads."""
    leads: tuple[str, ...]
    """Names of the leads in the order of the file, unique and not empty."""
    n_samples: int | None
    """Samples of each lead; None if unknown before reading."""
    start: datetime | None
    """Date and time of the first sample, if declared in the file."""
    read_blocks: Callable[[Sequence[str]], Iterator[np.ndarray]]
    """Named leads -> blocks (n, n_named) float32 in mV, in order; NaN for missing values.

    A block has at most BLOCK samples. A damaged file raises a ValueError, at the call or later.
    """
    warnings: tuple[str, ...] = ()
    """What the reader assumed or left out, one sentence each, whatever the lead."""
    lead_warnings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The same of single leads, by their names."""
    origins: Mapping[str, Origin] = field(default_factory=dict)
    """Of leads in tables, by their names."""
    frame_fs: float | None = None
    """Rate in Hz of the times in annotation files without a rate, if it is not `fs` (WFDB, with
    several samples per frame)."""

    def warnings_of(self, lead: str) -> list[str]:
        """What the reader assumed or left out to read a lead, one sentence each."""
        return [*self.warnings, *self.lead_warnings.get(lead, ())]


def check_fs(fs: float, *, path: Path) -> float:
    """The sampling rate in Hz, checked to be supported.

    Raises:
        ValueError: it is not.
    """
    low, high = FS_RANGE
    if not low <= fs <= high:
        raise ValueError(
            f"{path}: sampled at {fs:g} Hz; {low:g} to {high:,g} Hz are supported; resample it"
        )
    return float(fs)


def agreed_fs(declared: float | None, *, given: float | None, path: Path) -> float:
    """The sampling rate in Hz declared in a file, or else given by the user.

    Raises:
        ValueError: neither exists, they disagree, or the rate is not supported.
    """
    if given is not None and not (math.isfinite(given) and given > 0):
        raise ValueError(f"--fs is {given:g}, but must be a sampling rate in Hz, such as 250")
    if declared is None:
        if given is None:
            raise ValueError(f"{path}: declares no sampling rate; set --fs, such as --fs 250")
        return check_fs(given, path=path)
    if given is not None and not math.isclose(given, declared, rel_tol=1e-3):
        raise ValueError(
            f"{path}: the file declares a sampling rate of {declared:g} Hz, but --fs is {given:g}; "
            "omit --fs, or correct the file"
        )
    return check_fs(declared, path=path)


def lead_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names made printable, short, not empty and unique."""
    taken: dict[str, None] = {}  # an ordered set
    repeats: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        # Not "lead 2", which would mean lead II.
        base = free = shown(name, length=_NAME_LENGTH) or f"signal {number}"
        while free in taken:
            repeats[base] = repeats.get(base, 1) + 1
            free = f"{base} ({repeats[base]})"
        taken[free] = None
    return tuple(taken)


def shown(text: object, *, length: int = 200) -> str:
    """Text made safe for a terminal: one short line without control characters."""
    printable = "".join(c if c.isprintable() else " " for c in str(text)[: 10 * length])
    return " ".join(printable.split())[:length].strip()


def lead_numbers(names: Sequence[str], *, leads: Sequence[str], path: Path) -> list[int]:
    """Indices, from 0, of named leads among those of a recording.

    Raises:
        ValueError: none is named, or one does not exist.
    """
    missing = [name for name in names if name not in leads]
    if missing or not names:
        raise ValueError(
            f"{path}: has no lead {', '.join(missing) or '(none is named)'}, only "
            f"{', '.join(leads)}"
        )
    return [leads.index(name) for name in names]
