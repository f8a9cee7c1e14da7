"""Stage detectors: compare QRS detectors of several libraries on the recordings."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.params import load_params
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.qrs.run import compare_detectors
from ecgfuse.stage import run_stage
from ecgfuse.workers import n_workers

STUDY = Path("studies/annotate")


def main() -> None:
    """Write results and metrics."""
    split = load_params(SplitConfig)
    compare_detectors(
        Path("data/raw") / load_params(DataConfig).database,
        split=split,
        leads=load_params(PreprocessConfig).leads,
        workers=n_workers(sum(map(len, split.records().values()))),
        results=STUDY / "results/detectors.json",
        metrics=STUDY / "metrics/detectors.json",
    )


if __name__ == "__main__":
    run_stage(main)
