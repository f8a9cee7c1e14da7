"""Stage objectives: compare one fusion from scratch with every way to pretrain its backbone."""

import dataclasses
from pathlib import Path

from ecgfuse.datasets.fusions import uses_attention
from ecgfuse.download.config import DataConfig
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.objectives.arms import arms_of
from ecgfuse.objectives.config import ObjectivesConfig
from ecgfuse.objectives.run import compare_objectives
from ecgfuse.objectives.train_arms import ObjectivesJob
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.workers import n_workers


def main() -> None:
    """Pretrain, train and test every arm."""
    config, pretrain = load_params(ObjectivesConfig), load_params(PretrainConfig)
    training = TrainingJob(
        fusion=config.fusion,
        beats=Path("data/beats"),
        rr=Path("data/rr"),
        noisy_beats=Path("data/noisy_beats"),
        model=load_params(ModelConfig),
        size=pretrain.size,
        attention=load_params(FusionConfig) if uses_attention(config.fusion) else None,
        backbone=None,
        train=dataclasses.replace(load_params(TrainConfig), seeds=config.seeds),
        augment=load_params(AugmentConfig),
        checkpoints=Path(".checkpoints"),
    )
    compare_objectives(
        ObjectivesJob(
            training=training,
            pretrain=pretrain,
            arms=arms_of(config.encoders),
            probe_beats=config.probe_beats,
        ),
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        workers=n_workers(),
        plots=Path("plots/objectives"),
        out=Path("metrics/pretrain.json"),
    )


if __name__ == "__main__":
    run_stage(main)
