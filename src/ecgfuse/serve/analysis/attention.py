"""Where the RR query looked in each beat, stored so that one beat is read without the others."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ecgfuse.annotate.attention import Attention, token_times
from ecgfuse.pipeline.files import atomic_file

ATTENTION = "attention.npy"
"""File of a result whose model tells it: a row of 72 bytes per beat, 7 MB for a day."""

_LARGEST = 255


@dataclass(frozen=True, kw_only=True)
class BeatAttention:
    """Attention of one beat to the parts of its waveform."""

    t_s: np.ndarray
    """Middle of each part in seconds from the R peak, (n_tokens,)."""
    weight: np.ndarray
    """(n_tokens,), sums to 1."""


def save_attention(attention: Attention, folder: Path) -> None:
    """Write the weights as whole multiples of 1/255 of the largest one of their beat.

    Raises:
        OSError: the file cannot be written.
    """
    weights = attention.weights
    kind = [("span_s", "<f4", (2,)), ("weights", "u1", (weights.shape[1],))]
    rows = np.zeros(len(weights), dtype=kind)
    told = np.isfinite(weights).all(axis=1)
    largest = weights[told].max(axis=1, keepdims=True)
    rows["weights"][told] = np.rint(_LARGEST * weights[told] / largest)
    rows["span_s"] = attention.spans_s
    with atomic_file(folder / ATTENTION) as temporary, temporary.open("wb") as file:
        np.save(file, rows, allow_pickle=False)


def read_attention(folder: Path, *, row: int) -> BeatAttention | None:
    """Attention of one beat; None if it is not classified, or if the model does not tell it.

    Args:
        folder: of the analysis.
        row: number of the beat, from 0.
    """
    path = folder / ATTENTION
    if not path.is_file():
        return None
    one = np.load(path, mmap_mode="r", allow_pickle=False)[row]
    weights = one["weights"].astype(np.float64)
    if not weights.any():
        return None
    span_s = one["span_s"].astype(np.float64)
    return BeatAttention(
        t_s=token_times(span_s, n_tokens=len(weights)), weight=weights / weights.sum()
    )
