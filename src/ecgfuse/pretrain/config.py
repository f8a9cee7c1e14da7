"""Parameters of self-supervised pretraining: the group `pretrain` of params.yaml."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, cast

from ecgfuse.engine.device import Precision
from ecgfuse.models.config import Size
from ecgfuse.pipeline.params import Config, require
from ecgfuse.pipeline.stage import named_argument

ObjectiveName = Literal["none", "mae_moco", "mae_nextclip", "w2v_cmsc_rlm"]

OBJECTIVES: tuple[ObjectiveName, ...] = ("mae_moco", "mae_nextclip", "w2v_cmsc_rlm")


def objective_named(arguments: Sequence[str]) -> ObjectiveName:
    """The objective named by a command line such as ["stages/pretrain.py", "mae_moco"].

    Raises:
        ValueError: there is not exactly one argument, or it is not an objective.
    """
    return cast(ObjectiveName, named_argument(arguments, kind="OBJECTIVE", allowed=OBJECTIVES))


@dataclass(frozen=True, kw_only=True)
class PretrainConfig:
    """Settings of self-supervised pretraining."""

    group: ClassVar[str] = "pretrain"

    objective: ObjectiveName
    """none: the fusions train from scratch."""
    size: Size
    """Size of the networks, with or without pretraining."""
    moco_alpha: float
    """Weight of the reconstruction in MAE-MoCo; published: 40, variants 20 and 10."""
    nextclip_alpha: float
    """Weight of the reconstruction in MAE-Nextclip; published: 2, variants 1 and 0.5."""
    mask_ratio: float
    """Share of the patches that the masked autoencoders mask."""
    lead_masking: float
    """Probability that W2V+CMSC+RLM masks a lead of a segment."""
    epochs: int
    """Maximum number of epochs."""
    epoch_windows: int
    """Windows per epoch, redrawn every epoch; 0: all."""
    batch_size: int
    """Windows per step."""
    learning_rate: float
    """Learning rate of Adam after warm-up."""
    warmup_epochs: int
    """Epochs of linear warm-up."""
    patience: int
    """Epochs without a better validation loss before the rate is reduced."""
    factor: float
    """Factor by which the rate is reduced."""
    stop_after: int
    """Epochs without a better validation loss before pretraining stops; 0: never."""
    seed: int
    """Seed of weights, order, masks and views."""
    precision: Precision
    """auto: bf16 on a GPU or a CPU that computes in it, else fp32."""

    def __post_init__(self) -> None:
        group = self.group
        require_schedule(self)
        require(
            0 < self.mask_ratio < 1,
            field=f"{group}.mask_ratio",
            value=self.mask_ratio,
            cure="must be above 0 and below 1",
        )
        require(
            0 <= self.lead_masking < 1,
            field=f"{group}.lead_masking",
            value=self.lead_masking,
            cure="must be at least 0 and below 1",
        )
        require(
            self.batch_size >= 2,
            field=f"{group}.batch_size",
            value=self.batch_size,
            cure="must be 2 or more, as batch normalisation requires",
        )
        for field in ("moco_alpha", "nextclip_alpha", "epoch_windows", "stop_after", "seed"):
            value = getattr(self, field)
            require(value >= 0, field=f"{group}.{field}", value=value, cure="must be 0 or more")


def require_schedule(config: Config, *, rates: Sequence[str] = ("learning_rate",)) -> None:
    """Check the settings of a warm-up and plateau schedule.

    Args:
        config: has epochs, warmup_epochs, patience, factor, and the learning rates.
        rates: field names of the learning rates.

    Raises:
        ValueError: names field, value and cure.
    """

    def check(fields: Sequence[str], *, allowed: Callable[[float], bool], cure: str) -> None:
        for name in fields:
            value = getattr(config, name)
            require(allowed(value), field=f"{config.group}.{name}", value=value, cure=cure)

    check(("epochs", "patience"), allowed=lambda n: n >= 1, cure="must be 1 or more")
    check(("warmup_epochs",), allowed=lambda n: n >= 0, cure="must be 0 or more")
    check(("factor",), allowed=lambda x: 0 < x < 1, cure="must be above 0 and below 1")
    check(rates, allowed=lambda x: 0 < x <= 1, cure="must be above 0 and at most 1, such as 2e-4")
