"""The training job that the root pipeline's parameters describe."""

from pathlib import Path

from ecgfuse.datasets.fusions import uses_waveform
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.pipeline.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.seeds import TrainingJob
from ecgfuse.train.trained_model import TrainedModel

_DATA = Path("data")


def load_training_job(
    model: TrainedModel, *, backbone: Path | None = _DATA / "pretrain"
) -> TrainingJob:
    """The training job of a model according to params.yaml, on the data of its pipeline.

    Args:
        backbone: output folder of `pretrain`; None always starts from scratch.

    Raises:
        ValueError: as `load_params`, or the model is not trained on labels.
    """
    return TrainingJob(
        fusion=model.fusion,
        beats=model.features / "beats",
        rr=model.features / "rr",
        noisy_beats=_DATA / "noisy_beats",
        model=load_params(ModelConfig),
        size=load_params(PretrainConfig).size,
        block=model.block(load_params(FusionConfig)),
        backbone=backbone if uses_waveform(model.fusion) else None,
        train=load_params(TrainConfig),
        augment=model.augment(load_params(AugmentConfig)),
        checkpoints=Path(".checkpoints"),
    )
