"""Stage fine_tune: classifiers from scratch, on the frozen encoders, and end to end."""

from pathlib import Path

from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.ssl12.classify import ClassifyJob, classify
from ecgfuse.ssl12.config import FineTuneConfig, RecordingsConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.compute import n_networks_at_once


def main() -> None:
    """Train and score the classifiers of all objectives."""
    classify(
        ClassifyJob(
            size=load_params(PretrainConfig).size,
            fs=load_params(RecordingsConfig).fs,
            windows=Path("data/windows"),
            backbones=Path("data/pretrain"),
            config=load_params(FineTuneConfig),
        ),
        workers=n_networks_at_once(),
        out=Path("data/fine_tune.json"),
    )


if __name__ == "__main__":
    run_stage(main)
