"""Train one network for a fixed number of epochs, for studies that cross-validate."""

from ecgfuse.datasets.inputs import LabelledInputs
from ecgfuse.engine.threads import use_one_thread
from ecgfuse.models.backbone import Backbone
from ecgfuse.models.store import Network, NetworkSpec
from ecgfuse.train.config import AugmentConfig, TrainConfig
from ecgfuse.train.loop import train_seed


def fit_last_epoch(
    spec: NetworkSpec,
    *,
    train: LabelledInputs,
    config: TrainConfig,
    augment: AugmentConfig,
    seed: int,
    backbone: Backbone | None = None,
) -> Network:
    """Train a network in one thread and return it after its last epoch; writes no checkpoint.

    Args:
        config: `checkpoint` must be "last".
        backbone: pretrained weights; None starts from scratch.

    Raises:
        ValueError: as `train_seed`.
    """
    use_one_thread()
    trained = train_seed(
        spec.build,
        train=train,
        valid=None,
        config=config,
        augment=augment,
        seed=seed,
        backbone=backbone,
    )
    network = spec.build()
    network.load_state_dict(trained.weights)
    return network
