"""Stage learning_curve: train one fusion on fewer and fewer patients."""

from pathlib import Path

from ecgfuse.datasets.fusions import uses_attention
from ecgfuse.learning_curve.config import LearningCurveConfig
from ecgfuse.learning_curve.run import learning_curve
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.stage import run_stage
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.workers import n_workers


def main() -> None:
    """Train on subsets of the patients, and write the curve."""
    config = load_params(LearningCurveConfig)
    job = TrainingJob(
        fusion=config.fusion,
        beats=Path("data/beats"),
        rr=Path("data/rr"),
        noisy_beats=Path("data/noisy_beats"),
        model=load_params(ModelConfig),
        size=load_params(PretrainConfig).size,
        attention=load_params(FusionConfig) if uses_attention(config.fusion) else None,
        backbone=Path("data/pretrain"),
        train=load_params(TrainConfig),
        augment=load_params(AugmentConfig),
        checkpoints=Path(".checkpoints"),
    )
    learning_curve(
        job,
        config=config,
        everyone=Path(f"metrics/{config.fusion}.json"),
        workers=n_workers(config.draws * len(config.patients)),
        plots=Path("plots/learning_curve"),
        out=Path("metrics/learning_curve.json"),
    )


if __name__ == "__main__":
    run_stage(main)
