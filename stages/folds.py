"""Stage folds: one setting, scored on patients held out within DS1."""

from pathlib import Path

from ecgfuse.datasets.fusions import uses_attention
from ecgfuse.download.config import DataConfig
from ecgfuse.folds.config import FoldsConfig
from ecgfuse.folds.run import FoldsJob, cross_validate
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.workers import n_workers


def main() -> None:
    """Train on all folds but one, predict that one, and score all together."""
    config, pretrain = load_params(FoldsConfig), load_params(PretrainConfig)
    training = TrainingJob(
        fusion=config.fusion,
        beats=Path("data/beats"),
        rr=Path("data/rr"),
        noisy_beats=Path("data/noisy_beats"),
        model=load_params(ModelConfig),
        size=pretrain.size,
        attention=load_params(FusionConfig) if uses_attention(config.fusion) else None,
        backbone=None,
        train=load_params(TrainConfig),
        augment=load_params(AugmentConfig),
        checkpoints=Path(".checkpoints"),
    )
    cross_validate(
        FoldsJob(training=training, pretrain=pretrain, folds=config),
        workers=n_workers(config.n_folds * len(config.seeds)),
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        out=Path("metrics/folds.json"),
    )


if __name__ == "__main__":
    run_stage(main)
