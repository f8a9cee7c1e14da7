"""Cut beats out of a recording and bring them to one length and one scale."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

Segment = Literal["interval", "window"]
"""From the previous beat to this one, or around this one."""
SEGMENTS: tuple[Segment, ...] = get_args(Segment)

_FLAT = 1e-3  # mV; 1 µV is no signal
_BLOCK = 4096
"""Beats cut at once: of a day there are 100,000, and the steps between take eight bytes a value."""


def segment_bounds(
    r_peaks: np.ndarray,
    *,
    fs: float,
    segment: Segment,
    edges_s: Sequence[float],
) -> tuple[np.ndarray, np.ndarray]:
    """First and last sample (fractional) of the segment of every beat but the first and the last.

    Args:
        r_peaks: (n_beats,), in samples.
        segment: "interval" starts edges_s[0] after the previous R peak (DAEAC), "window" edges_s[0]
            before this one. Both end edges_s[1] after this R peak.
        edges_s: two, in seconds.

    Returns:
        Two arrays (n_beats - 2,), in samples.
    """
    this, previous = r_peaks[1:-1], r_peaks[:-2]
    before, after = edges_s[0] * fs, edges_s[1] * fs
    if segment == "window":
        return this - before, this + after
    # Two beats may be closer than that (R on T): the segment still holds 0.1 s before this one.
    return np.minimum(previous + before, this - 0.1 * fs), this + after


def cut_segments(
    signal: np.ndarray, *, start: np.ndarray, end: np.ndarray, length: int
) -> np.ndarray:
    """Resample every [start, end) to `length` values by averaging over area.

    Each value is the mean of the signal over its share of the segment, which is an anti-aliasing
    filter that does not ring. Beyond its ends the signal goes on with its first and last value.

    Args:
        signal: (n_samples,).
        start, end: (n_beats,), in samples, fractions allowed.

    Returns:
        (n_beats, length) float32.
    """
    segments = np.empty((len(start), length), dtype=np.float32)
    for first in range(0, len(start), _BLOCK):
        block = slice(first, first + _BLOCK)
        width = (end[block] - start[block])[:, None]
        edges = start[block, None] + width * np.linspace(0.0, 1.0, length + 1)
        # Of a longer recording only the part in which these beats lie.
        begin = 0 if first == 0 else min(max(int(edges.min()), 0), len(signal) - 1)
        area = _area_before(edges, signal=signal, begin=begin)
        segments[block] = np.diff(area, axis=1) / np.diff(edges, axis=1)
    return segments


def _area_before(edges: np.ndarray, *, signal: np.ndarray, begin: int) -> np.ndarray:
    """The area under the signal from `begin` to each edge, in mV times samples."""
    inside = np.clip(edges, begin, len(signal))
    left = np.minimum(inside.astype(np.int64), len(signal) - 1)
    part = signal[begin : int(left.max()) + 1]
    integral = np.concatenate([[0.0], np.cumsum(part, dtype=np.float64)])
    area = integral[left - begin] + (inside - left) * signal[left]
    area += np.minimum(edges, 0) * signal[0] + np.maximum(edges - len(signal), 0) * signal[-1]
    return area


def scale_segments(segments: np.ndarray, *, scale: Literal["zscore", "range"]) -> np.ndarray:
    """Scale each segment by itself; a flat one becomes zeros.

    Args:
        segments: (n_beats, length), in mV.
    """
    scaled = np.empty(segments.shape, dtype=np.float32)
    for first in range(0, len(segments), _BLOCK):
        block = slice(first, first + _BLOCK)
        scaled[block] = _scale(segments[block], scale=scale)
    return scaled


def _scale(segments: np.ndarray, *, scale: Literal["zscore", "range"]) -> np.ndarray:
    if scale == "zscore":
        level = segments.mean(axis=1, keepdims=True)
        spread = (segments - level).std(axis=1, keepdims=True)
    else:
        spread = np.ptp(segments, axis=1, keepdims=True)
        # Range keeps the level of a beat, but the level of a flat one is an offset, no signal.
        level = np.where(spread < _FLAT, segments.mean(axis=1, keepdims=True), 0)
    return (segments - level) / np.maximum(spread, _FLAT)
