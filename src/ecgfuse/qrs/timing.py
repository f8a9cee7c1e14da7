"""How far detected beats lie from those of the reference."""

from collections.abc import Sequence

import numpy as np

from ecgfuse.ec57.labels import match_window


def timing_errors(found: np.ndarray, *, reference: np.ndarray, fs: float) -> np.ndarray:
    """Milliseconds, (n,), that each beat comes after the nearest one of the reference.

    Beats without one within the match window of EC57 are left out.

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


def summarise_timing(errors: Sequence[np.ndarray]) -> dict[str, float | None]:
    """late_ms, the median of all, and within_ms, what 95 % of them are within."""
    joined = np.concatenate([*errors, np.empty(0)])
    if len(joined) == 0:
        return {"late_ms": None, "within_ms": None}
    return {
        "late_ms": round(float(np.median(joined)), 1),
        "within_ms": round(float(np.percentile(np.abs(joined), 95)), 1),
    }
