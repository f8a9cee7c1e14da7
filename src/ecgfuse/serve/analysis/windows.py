"""Windows of the signals of a recording, reduced to what can be drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite
from pathlib import Path
from typing import Literal

import numpy as np

from ecgfuse.serve.analysis.codes import decode, extremes, group_extremes
from ecgfuse.serve.analysis.pyramid import BUCKETS, PyramidIndex, level_file, read_index

MOST_POINTS = 20_000
"""Of a window, and bins of an overview."""
SAMPLES_PER_POINT = 4
"""A window with at most so many samples per point is not reduced."""

_FINEST = 4
"""Groups per point, at least: so a point covers at most a quarter more than asked for."""


@dataclass(frozen=True, kw_only=True)
class LeadWindow:
    """A window of one lead: all samples, or the extremes of equal parts."""

    name: str
    mode: Literal["samples", "min_max"]
    t0_s: float
    """Time of the first sample, or of the begin of the first part."""
    dt_s: float
    """Time between samples, or length of a part."""
    values: np.ndarray | None = None
    """Samples (n,) float64 in mV, NaN where missing; None if reduced."""
    low: np.ndarray | None = None
    """Lowest sample of each part, (n,) float64 in mV, NaN without one; None if not reduced."""
    high: np.ndarray | None = None
    """The same of the highest."""


@dataclass(frozen=True, kw_only=True)
class LeadOverview:
    """Extremes of a lead in each bin of an overview, (bins,) float64 in mV; NaN without signal."""

    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, kw_only=True)
class Overview:
    """A whole recording in bins of equal length."""

    bins: int
    seconds_per_bin: float
    leads: dict[str, LeadOverview]
    """By the names of the leads."""


def read_window(
    folder: Path, *, leads: Sequence[str] | None = None, from_s: float, to_s: float, points: int
) -> list[LeadWindow]:
    """Read a window of some leads.

    All samples within the window are covered. The parts of a reduced window begin at multiples of
    their length, so that windows beside each other agree where they overlap.

    Args:
        folder: of the pyramid.
        leads: their names; None for all.
        from_s: begin of the window in seconds; what lies outside of the recording is left out.
        to_s: its end.
        points: about how many values of each lead are wanted, at most `MOST_POINTS`.

    Raises:
        ValueError: there is no pyramid yet, there is no such lead, or the window is empty.
    """
    index = read_index(folder)
    first, end = _samples_within(index, from_s=from_s, to_s=to_s)
    if not 1 <= points <= MOST_POINTS:
        raise ValueError(f"points is {points}, but must be 1 to {MOST_POINTS:,}; ask for fewer")
    numbers = [_number_of(name, index=index) for name in (index.leads if leads is None else leads)]
    return [
        _read_lead(folder, index=index, number=number, first=first, end=end, points=points)
        for number in numbers
    ]


def read_overview(folder: Path, *, bins: int, leads: Sequence[str] | None = None) -> Overview:
    """Read the extremes of leads over the whole recording.

    A bin may show a little of its neighbours, too, but lacks nothing of its own.

    Args:
        folder: of the pyramid.
        bins: how many, at most `MOST_POINTS`; fewer if the recording has fewer samples.
        leads: their names; None for all.

    Raises:
        ValueError: there is no pyramid yet, or no such lead.
    """
    index = read_index(folder)
    if not 1 <= bins <= MOST_POINTS:
        raise ValueError(f"bins is {bins}, but must be 1 to {MOST_POINTS:,}; ask for fewer")
    bins = max(1, min(bins, index.n_samples))
    names = index.leads if leads is None else leads
    found = {
        name: _bin_lead(folder, index=index, number=_number_of(name, index=index), bins=bins)
        for name in names
    }
    return Overview(bins=bins, seconds_per_bin=index.duration_s / bins, leads=found)


def _samples_within(index: PyramidIndex, *, from_s: float, to_s: float) -> tuple[int, int]:
    """First sample and end of a window."""
    if not (isfinite(from_s) and isfinite(to_s) and from_s < to_s):
        raise ValueError(
            f"the window from {from_s:g} to {to_s:g} s is empty; from_s must be below to_s"
        )
    first = max(0, floor(max(from_s, 0.0) * index.fs))
    end = min(index.n_samples, ceil(min(to_s, index.duration_s) * index.fs))
    if first >= end:
        raise ValueError(
            f"the window from {from_s:g} to {to_s:g} s lies outside of the recording, which has "
            f"{index.duration_s:g} s"
        )
    return first, end


def _number_of(name: str, *, index: PyramidIndex) -> int:
    if name not in index.leads:
        raise ValueError(f"there is no lead {name!r}; the recording has {', '.join(index.leads)}")
    return index.leads.index(name)


def _read_lead(
    folder: Path, *, index: PyramidIndex, number: int, first: int, end: int, points: int
) -> LeadWindow:
    name, n_samples = index.leads[number], end - first
    if n_samples <= SAMPLES_PER_POINT * points:
        values = _load(folder, number=number, bucket=1)[first:end, 0]
        return LeadWindow(
            name=name,
            mode="samples",
            t0_s=first / index.fs,
            dt_s=1 / index.fs,
            values=decode(values),
        )
    bucket = _bucket_for(n_samples / points)
    groups = ceil(n_samples / points / bucket)
    size = groups * bucket
    begin = first // size
    rows = _load(folder, number=number, bucket=bucket)[begin * groups : ceil(end / size) * groups]
    found = decode(extremes(rows, size=groups))
    return LeadWindow(
        name=name,
        mode="min_max",
        t0_s=begin * size / index.fs,
        dt_s=size / index.fs,
        low=found[:, 0],
        high=found[:, 1],
    )


def _bin_lead(folder: Path, *, index: PyramidIndex, number: int, bins: int) -> LeadOverview:
    if index.n_samples == 0:
        return LeadOverview(low=np.full(bins, np.nan), high=np.full(bins, np.nan))
    bucket = _bucket_for(index.n_samples / bins)
    rows = _load(folder, number=number, bucket=bucket)
    edges = np.arange(bins + 1) * index.n_samples / bins / bucket
    starts = np.floor(edges[:-1]).astype(np.int64)
    ends = np.minimum(np.maximum(np.ceil(edges[1:]), starts + 1), len(rows)).astype(np.int64)
    padded = np.concatenate([rows, rows[-1:]])  # the last end may be the length
    both = np.stack([starts, ends], axis=1).ravel()
    found = decode(group_extremes(padded, starts=both)[::2])
    return LeadOverview(low=found[:, 0], high=found[:, 1])


def _bucket_for(samples: float) -> int:
    """The largest groups of which several fit into so many samples; 1 for the samples."""
    return max((b for b in BUCKETS if _FINEST * b <= samples), default=1)


def _load(folder: Path, *, number: int, bucket: int) -> np.ndarray:
    """A level of a lead, (n, 1) or (n, 2), mapped into memory."""
    path = level_file(folder, lead=number, bucket=bucket)
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    return array[:, None] if bucket == 1 else array
