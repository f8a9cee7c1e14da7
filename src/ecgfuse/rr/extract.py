"""Beat annotations -> RR features of the beats in use, split by split."""

from pathlib import Path

import numpy as np
import pandas as pd

from ecgfuse.datasets.beats import load_beat_table
from ecgfuse.datasets.rr import RRSet, save_rr
from ecgfuse.datasets.splits import SPLITS
from ecgfuse.files import atomic_folder
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.features import query_features, row_ratios
from ecgfuse.rr.intervals import rr_intervals


def extract_rr(tables: Path, *, config: RRConfig, out: Path) -> None:
    """Write the RR features of every beat that `preprocess` uses.

    Args:
        tables: output folder of `preprocess`; only its beats.csv files are read.
        out: gets train/, valid/ and test/, each with ratios.npy and features.npy.
    """
    with atomic_folder(out) as folder:
        for split in SPLITS:
            save_rr(split_rr(load_beat_table(tables / split), config=config), folder / split)


def split_rr(annotated: pd.DataFrame, *, config: RRConfig) -> RRSet:
    """Features of the used beats; intervals run over all annotated beats, used or not."""
    parts = [
        _record_rr(beats, config=config) for _, beats in annotated.groupby("record", sort=False)
    ]
    return RRSet(
        ratios=np.concatenate([part.ratios for part in parts]),
        features=np.concatenate([part.features for part in parts]),
    )


def _record_rr(beats: pd.DataFrame, *, config: RRConfig) -> RRSet:
    intervals = rr_intervals(
        beats["time_s"].to_numpy(),
        local_beats=config.local_beats,
        causal=config.causal,
        irregularity_beats=config.irregularity_beats,
    )
    used = beats["used"].to_numpy()[1:-1] == 1
    return RRSet(
        ratios=row_ratios(intervals, features=config.features)[used],
        features=query_features(intervals, features=config.features)[used],
    )
