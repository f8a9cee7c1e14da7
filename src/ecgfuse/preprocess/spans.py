"""Where the segment of each beat begins and ends, in milliseconds around its R peak."""

import numpy as np
import pandas as pd

from ecgfuse.preprocess.config import PreprocessConfig, Row
from ecgfuse.preprocess.segments import Segment, segment_bounds


def spans_around_r(annotated: pd.DataFrame, *, row: Row, config: PreprocessConfig) -> np.ndarray:
    """Begin and end of one row of every used beat, relative to its R peak, in ms.

    Args:
        annotated: all annotated beats, as in `BeatSet.annotated`.
        row: of `config.rows`; rows of one kind of segment have the same limits.

    Returns:
        (n_beats, 2) float64, in the order of `BeatSet.ecg`.
    """
    segment: Segment = "interval" if row.startswith("interval") else "window"
    edges_s = config.interval_s if segment == "interval" else config.window_s
    spans = [np.empty((0, 2))]
    for _, beats in annotated.groupby("record", sort=False):
        r_ms = 1000 * beats["time_s"].to_numpy()
        # At 1000 samples per second a sample is a millisecond.
        begin, end = segment_bounds(r_ms, fs=1000.0, segment=segment, edges_s=edges_s)
        around_r = np.stack([begin, end], axis=1) - r_ms[1:-1, None]
        spans.append(around_r[beats["used"].to_numpy()[1:-1] == 1])
    return np.concatenate(spans)
