"""The configuration classes of all groups of the parameter files, except those of ssl12."""

from pathlib import Path

from root import ROOT

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.distill.config import DistillConfig
from ecgfuse.download.config import DataConfig, NoiseDataConfig
from ecgfuse.ec57.config import EC57Config
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.noise.config import NoisyBeatsConfig
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.pretrain.config import PretrainConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.daeac.config import DaeacConfig
from ecgfuse.studies.external.config import ExternalConfig
from ecgfuse.studies.folds.config import FoldsConfig
from ecgfuse.studies.heartbeat.augmentation_arms import AugmentationConfig
from ecgfuse.studies.heartbeat.beats import BeatsConfig
from ecgfuse.studies.heartbeat.leads import LeadsConfig
from ecgfuse.studies.heartbeat.networks import NetworksConfig
from ecgfuse.studies.heartbeat.ood import OodConfig
from ecgfuse.studies.heartbeat.small import SmallConfig
from ecgfuse.studies.heartbeat.training import FitConfig
from ecgfuse.studies.learning_curve.config import LearningCurveConfig
from ecgfuse.studies.noise.config import NoiseConfig
from ecgfuse.studies.pretrain_comparison.config import PretrainComparisonConfig
from ecgfuse.studies.published.config import BridgeConfig, ForestConfig, PublishedConfig
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
    PretrainComparisonConfig,
    LearningCurveConfig,
    DaeacConfig,
    NoiseDataConfig,
    NoiseConfig,
    NoisyBeatsConfig,
    FoldsConfig,
    DistillConfig,
    PublishedConfig,
    ForestConfig,
    BridgeConfig,
    BeatsConfig,
    FitConfig,
    NetworksConfig,
    AugmentationConfig,
    LeadsConfig,
    SmallConfig,
    OodConfig,
)


def params_file_of(config: type) -> Path:
    """The parameter file that holds the group of a configuration."""
    _, package, name, *_ = config.__module__.split(".")
    study = name if package == "studies" else str(vars(config)["group"])
    of_study = ROOT / "studies" / study / "params.yaml"
    return of_study if of_study.is_file() else ROOT / "params.yaml"
