"""Stage detectors: compare QRS detectors of several libraries on the recordings."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.studies.detectors.run import compare_detectors

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
