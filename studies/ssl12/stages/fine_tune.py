"""Stage fine_tune@OBJECTIVE: classifiers from scratch, on the frozen encoder, and end to end."""

import sys
from pathlib import Path

from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig, objective_named
from ecgfuse.ssl12.classify import ClassifyJob, classify
from ecgfuse.ssl12.config import FineTuneConfig, RecordingsConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.compute import n_networks_at_once


def main() -> None:
    """Train and score the classifiers of one objective."""
    objective = objective_named(sys.argv)
    classify(
        ClassifyJob(
            objective=objective,
            size=load_params(PretrainConfig).size,
            fs=load_params(RecordingsConfig).fs,
            windows=Path("data/windows"),
            backbone=Path("data/pretrain") / objective,
            config=load_params(FineTuneConfig),
        ),
        workers=n_networks_at_once(),
        out=Path("data/fine_tune") / f"{objective}.json",
    )


if __name__ == "__main__":
    run_stage(main)
