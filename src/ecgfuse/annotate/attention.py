"""Where in the waveform of each beat the RR query of a network looked."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, kw_only=True)
class Attention:
    """Attention of beats to the parts of their waveform.

    The segment of a beat is divided into equal parts, one per token of the network. If the network
    reads rows of several segments, it is that of the first row, as in the plots of attention.
    """

    weights: np.ndarray
    """(n_beats, n_tokens) float32, sums to 1; NaN for unclassified beats."""
    spans_s: np.ndarray
    """Begin and end of each segment in seconds from the R peak, (n_beats, 2); NaN likewise."""


def token_times(span_s: np.ndarray, *, n_tokens: int) -> np.ndarray:
    """The middle of the part of each token, (n_tokens,), in seconds from the R peak.

    Args:
        span_s: begin and end of the segment of one beat, (2,), likewise.
    """
    begin, end = span_s
    times: np.ndarray = begin + (end - begin) * (np.arange(n_tokens) + 0.5) / n_tokens
    return times
