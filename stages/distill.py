"""Stage distill: one network learns from those of all seeds, so that one can be deployed."""

from pathlib import Path

from ecgfuse.datasets.fusions import uses_attention
from ecgfuse.distill.config import DistillConfig
from ecgfuse.distill.run import distill
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.workers import n_workers


def main() -> None:
    """Ask the teachers, and train the students."""
    config = load_params(DistillConfig)
    job = TrainingJob(
        fusion=config.student,
        beats=Path("data/beats"),
        rr=Path("data/rr"),
        noisy_beats=Path("data/noisy_beats"),
        model=load_params(ModelConfig),
        size=load_params(PretrainConfig).size,
        attention=load_params(FusionConfig) if uses_attention(config.student) else None,
        backbone=Path("data/pretrain"),
        train=load_params(TrainConfig),
        augment=load_params(AugmentConfig),
        checkpoints=Path(".checkpoints"),
    )
    distill(
        job,
        config=config,
        models=Path("data/train"),
        workers=n_workers(),
        targets=Path("data/distill/targets.npy"),
        out=Path("data/train/best"),
        history=Path("plots/training/best.csv"),
    )


if __name__ == "__main__":
    run_stage(main)
