"""Timing error of detected beats against the reference beats."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np

from ecgfuse.ec57.labels import match_window


class Timing(TypedDict):
    """How late detected beats are, and how near; None without a matching beat."""

    late_ms: float | None
    """Median over all beats."""
    within_ms: float | None
    """95 % of the beats are that near to the reference."""


def timing_errors(found: np.ndarray, *, reference: np.ndarray, fs: float) -> np.ndarray:
    """Delay of each detected beat to the nearest reference beat in ms, (n,); early is negative.

    Beats without a reference beat within the EC57 match window are left out.

    Args:
        found: (n_found,) in samples.
        reference: (n_reference,) in samples, ascending.
        fs: rate of both in Hz.
    """
    if len(reference) == 0:
        return np.empty(0)
    right = np.searchsorted(reference, found).clip(1, max(1, len(reference) - 1))
    around = reference[np.stack([right - 1, right.clip(max=len(reference) - 1)])]
    late = found - around  # (2, n_found)
    nearest = np.take_along_axis(late, np.abs(late).argmin(axis=0)[None], axis=0)[0]
    return 1000 / fs * nearest[np.abs(nearest) <= match_window(fs)]


def summarise_timing(errors: Sequence[np.ndarray]) -> Timing:
    """Summarise timing errors in ms: late_ms, their median, and within_ms, the 95th percentile.

    within_ms is taken over absolute errors. None where there are no errors.
    """
    joined = np.concatenate([*errors, np.empty(0)])
    if len(joined) == 0:
        return {"late_ms": None, "within_ms": None}
    return {
        "late_ms": round(float(np.median(joined)), 1),
        "within_ms": round(float(np.percentile(np.abs(joined), 95)), 1),
    }
