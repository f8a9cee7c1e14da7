"""The configuration classes of all groups of the parameter files, but for those of ssl12."""

from pathlib import Path

from root import ROOT

from ecgfuse.daeac.config import DaeacConfig
from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.distill.config import DistillConfig
from ecgfuse.download.config import DataConfig, NoiseDataConfig
from ecgfuse.ec57.config import EC57Config
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.external.config import ExternalConfig
from ecgfuse.folds.config import FoldsConfig
from ecgfuse.learning_curve.config import LearningCurveConfig
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.noise.config import NoiseConfig
from ecgfuse.noisy_beats.config import NoisyBeatsConfig
from ecgfuse.objectives.config import ObjectivesConfig
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.train.config import AugmentConfig, TrainConfig

CONFIGS = (
    DataConfig,
    SplitConfig,
    PreprocessConfig,
    RRConfig,
    ModelConfig,
    FusionConfig,
    PretrainConfig,
    TrainConfig,
    AugmentConfig,
    EvaluateConfig,
    ExternalConfig,
    EC57Config,
    ObjectivesConfig,
    LearningCurveConfig,
    DaeacConfig,
    NoiseDataConfig,
    NoiseConfig,
    NoisyBeatsConfig,
    FoldsConfig,
    DistillConfig,
)


def params_file_of(config: type) -> Path:
    """The parameter file that holds the group of a configuration."""
    of_study = ROOT / "studies" / str(vars(config)["group"]) / "params.yaml"
    return of_study if of_study.is_file() else ROOT / "params.yaml"
