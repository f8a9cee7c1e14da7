"""One lead of a recording at the rate of the model, put together from blocks of any rate."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from scipy.signal import resample_poly

_BLOCK = 1 << 20
"""Samples worked on at once. A shorter recording is resampled as the pipeline does it."""
_LARGEST_MV = 10_000.0
"""Ten volts are no signal of a heart, whatever the offset of the electrodes."""
_LARGEST_DENOMINATOR = 2000
"""Of the ratio of the rates: the filter grows with it, and 1999.871 Hz would make it endless."""
_LEAST_GAP_S = 0.05
"""A few samples that are missing are bridged, and nothing is lost."""
_MARGIN = 24
"""Samples, of the slower of the two rates, on each side of a block; the resampling filter reads
10 of them."""


@dataclass(frozen=True)
class Lead:
    """A lead without gaps, and where its gaps were."""

    signal: np.ndarray
    """(n_samples,) float32 in mV; gaps are bridged."""
    fs: float
    """Hz"""
    gaps: np.ndarray
    """First sample and end of each stretch of 50 ms or more without values, (n_gaps, 2) int64."""
    file_fs: float
    """Hz at which the file was sampled."""
    file_samples: int
    """Length in samples of the file."""
    factor: float
    """Samples for each sample of the file; fs / file_fs, but for the rounding of odd rates."""


def assemble_lead(blocks: Iterable[np.ndarray], *, file_fs: float, fs: float) -> Lead:
    """Fill gaps and resample, block by block: a day at 2,000 Hz is never in memory at its rate.

    Args:
        blocks: (n,) float32 in mV each, in order; NaN, or ten volts and more, are no value.
        file_fs: their rate in Hz.
        fs: rate wanted in Hz.

    Returns:
        The lead; without a sample if there is no value at all.
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
    """The samples in chunks of one size, without gaps, which are added to the list `gaps`."""
    first, last = 0, np.float32(0)
    for chunk in _regroup(blocks, size=_BLOCK):
        missing = ~(np.abs(chunk) < _LARGEST_MV)  # of NaN, too
        if missing.any():
            gaps.append(runs(missing) + first)
            chunk = _fill(chunk, missing=missing, last=last)
        yield chunk
        first, last = first + len(chunk), chunk[-1]


def _resample(chunks: Iterable[np.ndarray], *, ratio: Fraction) -> Iterator[np.ndarray]:
    """The same signal at another rate, chunk by chunk; each sees a little of its neighbours."""
    up, down = ratio.numerator, ratio.denominator
    if ratio == 1:
        yield from chunks
        return
    margin = down * ceil(_MARGIN * max(up, down) / up / down)
    before = np.empty(0, dtype=np.float32)
    for chunk, after in _with_next(_regroup(chunks, size=max(_BLOCK // down, 1) * down)):
        part = np.concatenate([before, chunk, after[:margin]]).astype(np.float64)
        if len(part) == 1:
            return  # no line can be drawn through it, nor a heartbeat be in it
        resampled = resample_poly(part, up, down, padtype="line").astype(np.float32)
        start = len(before) * up // down
        n_kept = len(chunk) * up // down if len(after) else len(resampled)
        yield resampled[start : start + n_kept]
        before = chunk[-margin:]


def _regroup(blocks: Iterable[np.ndarray], *, size: int) -> Iterator[np.ndarray]:
    """The same samples in chunks of one size; the last may be shorter."""
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
    """Each chunk and the one after it; an empty one after the last."""
    chunk: np.ndarray | None = None
    for after in chunks:
        if chunk is not None:
            yield chunk, after
        chunk = after
    if chunk is not None:
        yield chunk, chunk[:0]


def _fill(chunk: np.ndarray, *, missing: np.ndarray, last: np.float32) -> np.ndarray:
    """Straight lines from each value to the next; after the last one of the chunk it stays.

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
    """Spans (n, 2), in order of their first sample, with those that touch each other as one."""
    if len(spans) == 0:
        return spans
    reach = np.maximum.accumulate(spans[:, 1])  # one may lie within another
    apart = np.flatnonzero(spans[1:, 0] > reach[:-1])
    starts = spans[np.concatenate([[0], apart + 1]), 0]
    ends = reach[np.concatenate([apart, [len(spans) - 1]])]
    return np.stack([starts, ends], axis=1)


def _scale(spans: np.ndarray, *, factor: float, n_samples: int) -> np.ndarray:
    """Spans (n, 2) at another rate, rounded outwards, within the signal."""
    starts, ends = np.floor(spans[:, 0] * factor), np.ceil(spans[:, 1] * factor)
    return np.minimum(np.stack([starts, ends], axis=1), n_samples).astype(np.int64)
