"""The configuration classes of all groups of params.yaml."""

from ecgfuse.datasets.splits import SplitConfig
from ecgfuse.download.config import DataConfig
from ecgfuse.evaluate.config import EvaluateConfig
from ecgfuse.folds.config import FoldsConfig
from ecgfuse.models.config import FusionConfig, ModelConfig
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.train.config import TrainConfig

CONFIGS = (
    DataConfig,
    SplitConfig,
    PreprocessConfig,
    RRConfig,
    ModelConfig,
    FusionConfig,
    TrainConfig,
    FoldsConfig,
    EvaluateConfig,
)
