"""The training that the parameters of the root pipeline ask for."""

from pathlib import Path

from ecgfuse.datasets.fusions import Fusion, uses_attention
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.params import load_params
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.seeds import TrainingJob

_DATA = Path("data")


def load_training_job(
    fusion: Fusion, *, features: Path = _DATA, backbone: Path | None = _DATA / "pretrain"
) -> TrainingJob:
    """How a fusion is trained by params.yaml, on the data of the root pipeline.

    Args:
        features: folder with beats/ and rr/.
        backbone: output folder of `pretrain`; None starts from scratch whatever is there.

    Raises:
        ValueError: as `load_params`.
    """
    return TrainingJob(
        fusion=fusion,
        beats=features / "beats",
        rr=features / "rr",
        noisy_beats=_DATA / "noisy_beats",
        model=load_params(ModelConfig),
        size=load_params(PretrainConfig).size,
        attention=load_params(FusionConfig) if uses_attention(fusion) else None,
        backbone=backbone,
        train=load_params(TrainConfig),
        augment=load_params(AugmentConfig),
        checkpoints=Path(".checkpoints"),
    )
