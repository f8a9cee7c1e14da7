"""One lead of a recording, assembled from blocks and resampled to the rate of the model."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from scipy.signal import resample_poly

_BLOCK = 1 << 20
"""Samples processed at a time. A shorter recording is resampled exactly as in the pipeline."""
_LARGEST_MV = 10_000.0
"""Ten volts cannot be an ECG, whatever the electrode offset."""
_LARGEST_DENOMINATOR = 2000
"""Of the ratio of the rates: the length of the filter grows with it, as for 1999.871 Hz."""
_LEAST_GAP_S = 0.05
"""Shorter gaps are interpolated and not listed."""
_MARGIN = 24
"""Context on each side of a block, in samples at the lower of the two rates; the resampling filter
needs 10."""


@dataclass(frozen=True)
class Lead:
    """A lead with interpolated gaps, and their positions."""

    signal: np.ndarray
    """(n_samples,) float32 in mV, gaps interpolated."""
    fs: float
    """Sampling rate in Hz."""
    gaps: np.ndarray
    """First sample and end of each gap of 50 ms or more, (n_gaps, 2) int64."""
    file_fs: float
    """Sampling rate of the file in Hz."""
    file_samples: int
    """Length of the file in samples."""
    factor: float
    """Samples per sample of the file: fs / file_fs, except for rounding of odd rates."""


def assemble_lead(blocks: Iterable[np.ndarray], *, file_fs: float, fs: float) -> Lead:
    """Interpolate gaps and resample block by block, so that 24 h at 2,000 Hz fit into memory.

    Args:
        blocks: each (n,) float32 in mV, in order; NaN and 10 V or more count as missing.
        file_fs: sampling rate of the blocks in Hz.
        fs: target sampling rate in Hz.

    Returns:
        The lead; empty if there is no value at all.
    """
    gaps: list[np.ndarray] = []
    n_read = 0

    def count(blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        nonlocal n_read
        for block in blocks:
            n_read += len(block)
            yield block

    ratio = Fraction(fs / file_fs).limit_denominator(_LARGEST_DENOMINATOR)
    parts = list(_resample(_fill_gaps(count(blocks), gaps=gaps), ratio=ratio))
    signal = np.concatenate(parts) if parts else np.empty(0, dtype=np.float32)
    missing = join_spans(np.concatenate([np.empty((0, 2), dtype=np.int64), *gaps]))
    if np.array_equal(missing, [[0, n_read]]):
        signal = signal[:0]
    long = missing[missing[:, 1] - missing[:, 0] >= _LEAST_GAP_S * file_fs]
    spans = _scale(long, factor=float(ratio), n_samples=len(signal))
    return Lead(
        signal=signal,
        fs=fs,
        gaps=spans,
        file_fs=file_fs,
        file_samples=n_read,
        factor=float(ratio),
    )


def _fill_gaps(blocks: Iterable[np.ndarray], *, gaps: list[np.ndarray]) -> Iterator[np.ndarray]:
    """The samples in chunks of equal size with gaps interpolated; appends the gaps to `gaps`."""
    first, last = 0, np.float32(0)
    for chunk in _regroup(blocks, size=_BLOCK):
        missing = ~(np.abs(chunk) < _LARGEST_MV)  # True for NaN
        if missing.any():
            gaps.append(runs(missing) + first)
            chunk = _fill(chunk, missing=missing, last=last)
        yield chunk
        first, last = first + len(chunk), chunk[-1]


def _resample(chunks: Iterable[np.ndarray], *, ratio: Fraction) -> Iterator[np.ndarray]:
    """Resample chunk by chunk, with some context from the neighbouring chunks."""
    up, down = ratio.numerator, ratio.denominator
    if ratio == 1:
        yield from chunks
        return
    margin = down * ceil(_MARGIN * max(up, down) / up / down)
    before = np.empty(0, dtype=np.float32)
    for chunk, after in _with_next(_regroup(chunks, size=max(_BLOCK // down, 1) * down)):
        part = np.concatenate([before, chunk, after[:margin]]).astype(np.float64)
        if len(part) == 1:
            return  # padtype "line" needs two samples
        resampled = resample_poly(part, up, down, padtype="line").astype(np.float32)
        start = len(before) * up // down
        n_kept = len(chunk) * up // down if len(after) else len(resampled)
        yield resampled[start : start + n_kept]
        before = chunk[-margin:]


def _regroup(blocks: Iterable[np.ndarray], *, size: int) -> Iterator[np.ndarray]:
    """The same samples in chunks of equal size; the last may be shorter."""
    waiting: list[np.ndarray] = []
    n_waiting = 0
    for block in blocks:
        waiting.append(block)
        n_waiting += len(block)
        while n_waiting >= size:
            joined = np.concatenate(waiting)
            yield joined[:size]
            waiting, n_waiting = [joined[size:]], n_waiting - size
    if n_waiting:
        yield np.concatenate(waiting)


def _with_next(chunks: Iterable[np.ndarray]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Each chunk with the next one; the last with an empty one."""
    chunk: np.ndarray | None = None
    for after in chunks:
        if chunk is not None:
            yield chunk, after
        chunk = after
    if chunk is not None:
        yield chunk, chunk[:0]


def _fill(chunk: np.ndarray, *, missing: np.ndarray, last: np.float32) -> np.ndarray:
    """Interpolate linearly between values; after the last value of the chunk it is held.

    Args:
        last: value before the chunk.
    """
    present = np.flatnonzero(~missing)
    places = np.concatenate([[-1], present])
    values = np.concatenate([[last], chunk[present]])
    filled = chunk.copy()
    filled[missing] = np.interp(np.flatnonzero(missing), places, values)
    return filled


def runs(mask: np.ndarray) -> np.ndarray:
    """First index and end of every run of True, (n_runs, 2)."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return edges.reshape(-1, 2)


def join_spans(spans: np.ndarray) -> np.ndarray:
    """Merge spans (n, 2), sorted by first sample, that overlap or touch."""
    if len(spans) == 0:
        return spans
    reach = np.maximum.accumulate(spans[:, 1])  # spans may be nested
    apart = np.flatnonzero(spans[1:, 0] > reach[:-1])
    starts = spans[np.concatenate([[0], apart + 1]), 0]
    ends = reach[np.concatenate([apart, [len(spans) - 1]])]
    return np.stack([starts, ends], axis=1)


def _scale(spans: np.ndarray, *, factor: float, n_samples: int) -> np.ndarray:
    """Convert spans (n, 2) to another rate, rounded outwards, limited to the signal."""
    starts, ends = np.floor(spans[:, 0] * factor), np.ceil(spans[:, 1] * factor)
    return np.minimum(np.stack([starts, ends], axis=1), n_samples).astype(np.int64)
