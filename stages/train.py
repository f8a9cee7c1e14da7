"""Stage train@FUSION: fit one fusion to the training patients, once for each seed."""

import sys
from pathlib import Path

from ecgfuse.datasets.fusions import fusion_named, uses_attention
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.fit import fit
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.workers import n_workers


def main() -> None:
    """Train, and save the models of all seeds."""
    fusion = fusion_named(sys.argv)
    config = load_params(TrainConfig)
    job = TrainingJob(
        fusion=fusion,
        beats=Path("data/beats"),
        rr=Path("data/rr"),
        noisy_beats=Path("data/noisy_beats"),
        model=load_params(ModelConfig),
        size=load_params(PretrainConfig).size,
        attention=load_params(FusionConfig) if uses_attention(fusion) else None,
        backbone=Path("data/pretrain"),
        train=config,
        augment=load_params(AugmentConfig),
        checkpoints=Path(".checkpoints"),
    )
    fit(
        job,
        workers=n_workers(len(config.seeds)),
        out=Path("data/train") / fusion,
        history=Path(f"plots/training/{fusion}.csv"),
    )


if __name__ == "__main__":
    run_stage(main)
