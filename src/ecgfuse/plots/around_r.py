"""Beats whose segments differ in duration, on one axis: milliseconds around the R peak."""

import numpy as np

STEP_MS = 4.0
"""Between two times of the axis; shorter than the samples of most segments."""


def times_around_r(spans_ms: np.ndarray, *, labels: np.ndarray) -> np.ndarray:
    """The times at which at least half of the beats of some class have data, (n_times,) in ms.

    Multiples of STEP_MS, so that R, at 0, is one of them.

    Args:
        spans_ms: (n_beats, 2), begin and end of the segment of each beat.
        labels: (n_beats,), the class of each beat; at least one beat.
    """
    medians = np.array([np.median(spans_ms[labels == one], axis=0) for one in np.unique(labels)])
    begin, end = medians[:, 0].min() / STEP_MS, medians[:, 1].max() / STEP_MS
    return STEP_MS * np.arange(np.ceil(begin), np.floor(end) + 1)


def values_at(times_ms: np.ndarray, *, curves: np.ndarray, spans_ms: np.ndarray) -> np.ndarray:
    """Interpolate the samples of each beat, (n_beats, n_times); NaN outside its segment.

    Args:
        times_ms: (n_times,).
        curves: (n_beats, length); a sample stands for the middle of its part of the segment.
        spans_ms: (n_beats, 2).
    """
    length = curves.shape[1]
    fraction = _fractions(times_ms, spans_ms=spans_ms)
    place = np.clip(fraction * length - 0.5, 0, length - 1)
    left = np.minimum(place.astype(np.int64), max(length - 2, 0))
    right = np.minimum(left + 1, length - 1)
    low = np.take_along_axis(curves, left, axis=1)
    between = low + (place - left) * (np.take_along_axis(curves, right, axis=1) - low)
    return np.where(_inside(fraction), between, np.nan)


def density_at(times_ms: np.ndarray, *, shares: np.ndarray, spans_ms: np.ndarray) -> np.ndarray:
    """Spread the share of each token over its part of the segment, (n_beats, n_times) per ms.

    NaN outside the segment. Over the segment the density of a beat integrates to the sum of its
    shares, however long the segment is.

    Args:
        times_ms: (n_times,).
        shares: (n_beats, n_tokens); the tokens divide the segment into equal parts.
        spans_ms: (n_beats, 2).
    """
    n_tokens = shares.shape[1]
    fraction = _fractions(times_ms, spans_ms=spans_ms)
    token = np.clip((fraction * n_tokens).astype(np.int64), 0, n_tokens - 1)
    token_ms = np.diff(spans_ms, axis=1) / n_tokens  # (n_beats, 1)
    density = np.take_along_axis(shares, token, axis=1) / token_ms
    return np.where(_inside(fraction), density, np.nan)


def _fractions(times_ms: np.ndarray, *, spans_ms: np.ndarray) -> np.ndarray:
    """Where each time lies in the segment of each beat, (n_beats, n_times); 0 to 1 is inside."""
    begin, end = spans_ms[:, :1], spans_ms[:, 1:]
    return (times_ms - begin) / (end - begin)


def _inside(fraction: np.ndarray) -> np.ndarray:
    return (fraction >= 0) & (fraction <= 1)
