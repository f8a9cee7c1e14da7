"""Cut beats from a recording and bring them to one length and scale."""

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

Segment = Literal["interval", "window"]
"""interval: from the previous beat to this one; window: around this one."""
SEGMENTS: tuple[Segment, ...] = get_args(Segment)

_FLAT = 1e-3  # mV; a range of 1 µV is no signal
_BLOCK = 4096
"""Beats cut at a time: a day has 100,000, and intermediates need eight bytes per value."""


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
        edges_s: two values, in seconds.

    Returns:
        Two arrays (n_beats - 2,), in samples.
    """
    this, previous = r_peaks[1:-1], r_peaks[:-2]
    before, after = edges_s[0] * fs, edges_s[1] * fs
    if segment == "window":
        return this - before, this + after
    # Two beats may be closer (R on T); the segment always holds 0.1 s before this R peak.
    return np.minimum(previous + before, this - 0.1 * fs), this + after


def cut_segments(
    signal: np.ndarray, *, start: np.ndarray, end: np.ndarray, length: int
) -> np.ndarray:
    """Resample every [start, end) to `length` values by area averaging.

    Each value is the mean of the signal over its part of the segment, an anti-aliasing filter that
    does not ring. Beyond its ends the signal is padded with its first and last value.

    Args:
        signal: (n_samples,).
        start: (n_beats,), in samples, fractions allowed.
        end: the same.

    Returns:
        (n_beats, length) float32.
    """
    segments = np.empty((len(start), length), dtype=np.float32)
    for first in range(0, len(start), _BLOCK):
        block = slice(first, first + _BLOCK)
        width = (end[block] - start[block])[:, None]
        edges = start[block, None] + width * np.linspace(0.0, 1.0, length + 1)
        # Of a long recording use only the part that contains these beats.
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


def cut_around(signal: np.ndarray, *, r_peaks: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Samples around each R peak; beyond its ends the signal continues with its end values.

    Args:
        signal: (n_samples,).
        r_peaks: (n_beats,), in samples.
        offsets: (n_offsets,), in samples from the R peak.

    Returns:
        (n_beats, n_offsets), of the type of the signal.
    """
    beats = np.empty((len(r_peaks), len(offsets)), dtype=signal.dtype)
    for first in range(0, len(r_peaks), _BLOCK):
        at = r_peaks[first : first + _BLOCK, None] + offsets
        beats[first : first + _BLOCK] = signal[np.clip(at, 0, len(signal) - 1)]
    return beats


def scale_segments(segments: np.ndarray, *, scale: Literal["zscore", "range"]) -> np.ndarray:
    """Scale each segment on its own; a flat one becomes zeros.

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
        # "range" keeps the level of a beat, but the level of a flat one is only an offset.
        level = np.where(spread < _FLAT, segments.mean(axis=1, keepdims=True), 0)
    return (segments - level) / np.maximum(spread, _FLAT)
