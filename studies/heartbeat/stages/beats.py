"""Stage beats: cut single beats by the method of Kachuee et al."""

from pathlib import Path

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.engine.processes import n_workers
from ecgfuse.pipeline.params import load_params
from ecgfuse.pipeline.stage import run_stage
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.studies.heartbeat.beats import BeatsConfig, cut_all

STUDY = Path("studies/heartbeat")


def main() -> None:
    """Cut the beats of MIT-BIH, PTB-XL and, if the user has them, Kaggle's files."""
    cut_all(
        load_params(BeatsConfig, path=STUDY / "params.yaml"),
        mitdb=Path("data/raw") / load_params(DataConfig).database,
        ptbxl=Path("studies/ssl12/data/raw/ptb-xl"),
        split=load_params(SplitConfig),
        leads=load_params(PreprocessConfig).leads,
        out=STUDY / "data/beats",
        figure=STUDY / "plots/beats.png",
        workers=n_workers(),
    )


if __name__ == "__main__":
    run_stage(main)
