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
from ecgfuse.workers import n_workers


def main() -> None:
    """Train on all folds but one, predict that one, and score all together."""
    config = load_params(FoldsConfig)
    job = FoldsJob(
        beats=Path("data/beats"),
        rr=Path("data/rr"),
        noisy_beats=Path("data/noisy_beats"),
        model=load_params(ModelConfig),
        attention=load_params(FusionConfig) if uses_attention(config.fusion) else None,
        pretrain=load_params(PretrainConfig),
        train=load_params(TrainConfig),
        augment=load_params(AugmentConfig),
        folds=config,
    )
    cross_validate(
        job,
        workers=n_workers(config.n_folds * len(config.seeds)),
        dataset=Path("data/raw") / load_params(DataConfig).database / "dataset.json",
        out=Path("metrics/folds.json"),
    )


if __name__ == "__main__":
    run_stage(main)
