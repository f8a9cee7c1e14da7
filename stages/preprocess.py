"""Stage preprocess: recordings -> beats of one length and scale."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.beats import preprocess
from ecgfuse.preprocess.config import PreprocessConfig


def main() -> None:
    """Cut the beats of all records in the split lists."""
    split = load_params(SplitConfig)
    preprocess(
        Path("data/raw") / load_params(DataConfig).database,
        config=load_params(PreprocessConfig),
        split=split,
        out=Path("data/beats"),
        workers=n_workers(sum(map(len, split.records().values()))),
    )


if __name__ == "__main__":
    run_stage(main)
