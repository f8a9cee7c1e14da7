"""The configuration classes of all groups of params.yaml."""

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.train.config import AugmentConfig, TrainConfig

CONFIGS = (
    DataConfig,
    SplitConfig,
    PreprocessConfig,
    RRConfig,
    ModelConfig,
    FusionConfig,
    TrainConfig,
    AugmentConfig,
    EvaluateConfig,
)
