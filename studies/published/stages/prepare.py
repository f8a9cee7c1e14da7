"""Stage prepare: cut the beats as the study's public code does."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.studies.published.data import prepare

STUDY = Path("studies/published")


def main() -> None:
    """Cut all records of the split."""
    prepare(
        Path("data/raw") / load_params(DataConfig).database,
        split=load_params(SplitConfig),
        out=STUDY / "data/beats",
        workers=n_workers(),
    )


if __name__ == "__main__":
    run_stage(main)
