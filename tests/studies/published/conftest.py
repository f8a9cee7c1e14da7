"""Small prepared beats, which are also the beats of a small pipeline."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_networks import write_splits

from ecgfuse.datasets.beats import load_beats
from ecgfuse.datasets.splits import SPLITS
from ecgfuse.studies.published.beats import LENGTH, CutRecord
from ecgfuse.studies.published.data import RR_BETWEEN, save_cut


def cut_record_of(
    samples: np.ndarray, labels: np.ndarray, *, rng: np.random.Generator
) -> CutRecord:
    """Noise whose level depends on the class; the last beat has no window."""
    n = len(samples)
    has_window = np.ones(n, dtype=bool)
    has_window[-1] = False
    level = labels[:, None].astype(np.float32)
    return CutRecord(
        samples=samples,
        labels=labels,
        window=level + rng.normal(size=(n, LENGTH)).astype(np.float32),
        interval=level + rng.normal(size=(n, LENGTH)).astype(np.float32),
        has_window=has_window,
        has_interval=np.ones(n, dtype=bool),
        ratios=rng.uniform(0.5, 1.5, size=(n, 2)).astype(np.float32),
        features=rng.uniform(0.5, 1.5, size=(n, 7)).astype(np.float32),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """prepared/, beats/ and rr/ of the same beats; two records in each split, none in two."""
    made = tmp_path_factory.mktemp("published")
    write_splits(made)
    rng = np.random.default_rng(0)
    for number, split in enumerate(SPLITS):
        path = made / "beats" / split / "beats.csv"
        table = pd.read_csv(path, dtype={"record": str})
        table["record"] = table["record"].map({"100": f"{number}00", "101": f"{number}01"})
        table.to_csv(path, index=False)
        beats = load_beats(made / "beats" / split)
        names = np.unique(beats.records).tolist()
        for rr_between in RR_BETWEEN:
            cut = [
                cut_record_of(
                    beats.table["sample"].to_numpy()[beats.records == name],
                    beats.labels[beats.records == name],
                    rng=rng,
                )
                for name in names
            ]
            save_cut(cut, names, made / "prepared" / split / rr_between)
    return made
