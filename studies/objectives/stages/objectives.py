"""Stage objectives: compare one fusion from scratch with every way to pretrain its backbone."""

import dataclasses
from pathlib import Path

from ecgfuse.download.config import DataConfig
from ecgfuse.objectives.arms import arms_of
from ecgfuse.objectives.config import ObjectivesConfig
from ecgfuse.objectives.run import compare_objectives
from ecgfuse.objectives.train_arms import ObjectivesJob
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.job import load_training_job
from ecgfuse.workers import n_workers

STUDY = Path("studies/objectives")


def main() -> None:
    """Pretrain, train and test every arm."""
    config = load_params(ObjectivesConfig, path=STUDY / "params.yaml")
    training = load_training_job(config.fusion, backbone=None)
    job = ObjectivesJob(
        training=dataclasses.replace(
            training, train=dataclasses.replace(training.train, seeds=config.seeds)
        ),
        pretrain=load_params(PretrainConfig),
        arms=arms_of(config.encoders),
        probe_beats=config.probe_beats,
    )
    compare_objectives(
        job,
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        workers=n_workers(),
        plots=STUDY / "plots",
        results=STUDY / "results/objectives.json",
        metrics=STUDY / "metrics/objectives.json",
    )


if __name__ == "__main__":
    run_stage(main)
