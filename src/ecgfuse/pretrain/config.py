"""Parameters of self-supervised pretraining: the group `pretrain` of params.yaml."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.models.config import Size
from ecgfuse.params import Config, require

ObjectiveName = Literal["none", "mae_moco", "mae_nextclip", "w2v_cmsc_rlm"]
Precision = Literal["auto", "fp32", "bf16"]

OBJECTIVES: tuple[ObjectiveName, ...] = ("mae_moco", "mae_nextclip", "w2v_cmsc_rlm")


def objective_named(arguments: Sequence[str]) -> ObjectiveName:
    """The objective that a command line such as ["stages/pretrain.py", "mae_moco"] names.

    Raises:
        ValueError: there is not exactly one argument, or it is no objective.
    """
    for name in OBJECTIVES:
        if list(arguments[1:]) == [name]:
            return name
    raise ValueError(
        f"usage: {arguments[0]} OBJECTIVE, with OBJECTIVE one of: {' | '.join(OBJECTIVES)}"
    )


@dataclass(frozen=True, kw_only=True)
class PretrainConfig:
    """What is learnt from recordings without labels, and how."""

    group: ClassVar[str] = "pretrain"

    objective: ObjectiveName
    """none: the fusions start from scratch."""
    size: Size
    """Of the networks, with or without pretraining."""
    moco_alpha: float
    """Weight of the reconstruction in MAE-MoCo; 40 as published, 20 and 10 are its variants."""
    nextclip_alpha: float
    """Weight of the reconstruction in MAE-Nextclip; 2 as published, 1 and 0.5 are its variants."""
    mask_ratio: float
    """Share of the patches that the masked autoencoders hide."""
    lead_masking: float
    """Probability that W2V+CMSC+RLM hides a lead of a segment."""
    epochs: int
    """At most."""
    epoch_windows: int
    """Windows of an epoch, drawn anew for each; 0: all."""
    batch_size: int
    """Windows of one step."""
    learning_rate: float
    """Of Adam, after warm-up."""
    warmup_epochs: int
    """In which the rate rises to that."""
    patience: int
    """Epochs without a better validation loss after which the rate falls."""
    factor: float
    """By which it falls."""
    stop_after: int
    """Epochs without a better validation loss after which pretraining ends; 0: never."""
    seed: int
    """Of weights, order, masks and views."""
    precision: Precision
    """auto is bf16 on a GPU, and where the CPU computes in it; else fp32."""

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
            cure="must be 2 or more, batch normalisation needs that",
        )
        for field in ("moco_alpha", "nextclip_alpha", "epoch_windows", "stop_after", "seed"):
            value = getattr(self, field)
            require(value >= 0, field=f"{group}.{field}", value=value, cure="must be 0 or more")


def require_schedule(config: Config, *, rates: Sequence[str] = ("learning_rate",)) -> None:
    """Refuse a warm-up, or a fall on plateaus, that cannot be.

    Args:
        config: has epochs, warmup_epochs, patience, factor, and the learning rates.
        rates: names of the learning rates.

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
