"""The rr stage: beat annotations -> RR features of the used beats, split by split."""

from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.beats import load_beat_table
from ecgfuse.datasets.rr import save_rr
from ecgfuse.datasets.splits import SPLITS
from ecgfuse.pipeline.files import atomic_folder
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.features import rr_features
from ecgfuse.rr.intervals import rr_intervals


def extract_rr(tables: Path, *, config: RRConfig, out: Path) -> None:
    """Write the RR features of every beat that `preprocess` uses.

    Args:
        tables: output folder of `preprocess`; only its beats.csv files are read.
        out: gets train/, valid/ and test/, each with features.npy.

    Raises:
        ValueError: a table is missing.
    """
    with atomic_folder(out) as folder:
        for split in SPLITS:
            save_rr(split_rr(load_beat_table(tables / split), config=config), folder / split)


def split_rr(annotated: pd.DataFrame, *, config: RRConfig) -> np.ndarray:
    """RR features of the used beats, (n_beats, 7); intervals are between all annotated beats."""
    features = []
    for _, beats in annotated.groupby("record", sort=False):
        used = beats["used"].to_numpy()[1:-1] == 1
        features.append(record_rr(beats["time_s"].to_numpy(), config=config)[used])
    return np.concatenate(features)


def record_rr(times_s: np.ndarray, *, config: RRConfig) -> np.ndarray:
    """RR features of every beat of one record but the first and the last, (n_beats - 2, 7).

    Args:
        times_s: of the R peaks, (n_beats,) in seconds, three or more.
    """
    intervals = rr_intervals(
        times_s,
        local_beats=config.local_beats,
        causal=config.causal,
        irregularity_beats=config.irregularity_beats,
    )
    return rr_features(intervals, features=config.features)
