"""Stage train@TRAINING: fit a fusion, or causal, to the training patients, once for each seed."""

import dataclasses
import sys
from pathlib import Path

from ecgfuse.datasets.fusions import CAUSAL, fusion_of, training_named, uses_attention
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
    name = training_named(sys.argv)
    fusion, config, augment = fusion_of(name), load_params(TrainConfig), load_params(AugmentConfig)
    data = Path("data")
    if name == CAUSAL:  # there are no causal beats in noise
        data, augment = data / "causal", dataclasses.replace(augment, noisy_beats=0.0)
    job = TrainingJob(
        fusion=fusion,
        beats=data / "beats",
        rr=data / "rr",
        noisy_beats=Path("data/noisy_beats"),
        model=load_params(ModelConfig),
        size=load_params(PretrainConfig).size,
        attention=load_params(FusionConfig) if uses_attention(fusion) else None,
        backbone=Path("data/pretrain"),
        train=config,
        augment=augment,
        checkpoints=Path(".checkpoints"),
    )
    fit(
        job,
        workers=n_workers(len(config.seeds)),
        out=Path("data/train") / name,
        history=Path(f"plots/training/{name}.csv"),
    )


if __name__ == "__main__":
    run_stage(main)
