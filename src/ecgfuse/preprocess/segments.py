"""Cut beats out of a recording and bring them to one length and one scale."""

from typing import Literal

import numpy as np

_FLAT = 1e-3  # mV; 1 µV is no signal


def segment_bounds(
    r_peaks: np.ndarray,
    *,
    fs: float,
    segment: Literal["interval", "window"],
    edges_s: tuple[float, float],
) -> tuple[np.ndarray, np.ndarray]:
    """First and last sample (fractional) of the segment of every beat but the first and the last.

    Args:
        r_peaks: (n_beats,), in samples.
        segment: "interval" starts edges_s[0] after the previous R peak (DAEAC), "window" edges_s[0]
            before this one. Both end edges_s[1] after this R peak.
        edges_s: in seconds.

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
    integral = np.concatenate([[0.0], np.cumsum(signal, dtype=np.float64)])
    edges = start[:, None] + (end - start)[:, None] * np.linspace(0.0, 1.0, length + 1)
    inside = np.clip(edges, 0, len(signal))
    left = np.minimum(inside.astype(np.int64), len(signal) - 1)
    area = integral[left] + (inside - left) * signal[left]
    area += np.minimum(edges, 0) * signal[0] + np.maximum(edges - len(signal), 0) * signal[-1]
    return (np.diff(area, axis=1) / np.diff(edges, axis=1)).astype(np.float32)


def scale_segments(segments: np.ndarray, *, scale: Literal["zscore", "range"]) -> np.ndarray:
    """Scale each segment by itself; a flat one becomes zeros.

    Args:
        segments: (n_beats, length), in mV.
    """
    if scale == "zscore":
        level = segments.mean(axis=1, keepdims=True)
        spread = (segments - level).std(axis=1, keepdims=True)
    else:
        spread = np.ptp(segments, axis=1, keepdims=True)
        # Range keeps the level of a beat, but the level of a flat one is an offset, no signal.
        level = np.where(spread < _FLAT, segments.mean(axis=1, keepdims=True), 0)
    return ((segments - level) / np.maximum(spread, _FLAT)).astype(np.float32)
