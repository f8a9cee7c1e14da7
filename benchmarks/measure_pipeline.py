"""Speed of preprocessing, and of a 'dvc repro' with nothing to do."""

import subprocess
import time
from pathlib import Path

from ecgfuse.datasets.beats import load_beat_table
from ecgfuse.datasets.splits import SPLITS, SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.params import load_params
from ecgfuse.preprocess.beats import preprocess
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.rr.extract import extract_rr
from ecgfuse.workers import n_workers


def preprocessing_rate(folder: Path) -> float:
    """Annotated beats per second from WFDB files to waveforms and RR features, all cores."""
    start = time.perf_counter()
    preprocess(
        Path("data/raw") / load_params(DataConfig).database,
        config=load_params(PreprocessConfig),
        split=load_params(SplitConfig),
        out=folder / "beats",
        workers=n_workers(44),
    )
    extract_rr(folder / "beats", config=load_params(RRConfig), out=folder / "rr")
    elapsed = time.perf_counter() - start
    return sum(len(load_beat_table(folder / "beats" / split)) for split in SPLITS) / elapsed


def noop_seconds() -> float:
    """Wall time of the second of two 'dvc repro'."""
    for _ in range(2):
        start = time.perf_counter()
        subprocess.run(["dvc", "repro", "--quiet"], check=True)
    return time.perf_counter() - start
