"""Parameters of the train stages: the group `train` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.params import require, require_share


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """How a network is fitted to the training patients."""

    group: ClassVar[str] = "train"

    seeds: tuple[int, ...]
    """One model is trained for each."""
    epochs: int
    """Passes over the training beats."""
    batch_size: int
    """Beats of one step."""
    optimizer: Literal["adamw", "adam"]
    """adam adds weight decay to the gradient, as the study did; adamw decouples it."""
    learning_rate: float
    """Highest learning rate of the one-cycle schedule."""
    weight_decay: float
    """0 or more."""
    class_weights: Literal["none", "sqrt_inverse", "inverse"]
    """Weight of a class in the loss, from its frequency among the training beats."""
    label_smoothing: float
    """Share of the target spread over all classes, 0 to below 1."""
    noise: float
    """Sd of the white noise added to the beat, as a fraction of the beat's own; 0 turns it off."""
    amplitude: float
    """Sd of the factor exp(amplitude * z) on the beat; 0 turns it off."""
    average: float
    """Decay per step of the exponential moving average of the weights; 0 turns it off."""
    checkpoint: Literal["best", "last"]
    """Keep the epoch with the best validation macro AUPRC, or the last."""
    precision: Literal["auto", "fp32", "bf16"]
    """Of the convolutions in training; auto is bf16 where the CPU computes in it, else fp32."""

    def __post_init__(self) -> None:
        require(
            len(self.seeds) >= 1 and len(set(self.seeds)) == len(self.seeds),
            field="train.seeds",
            value=list(self.seeds),
            cure="must be a list of different numbers, such as [1, 2, 3, 4]",
        )
        for field in ("epochs", "batch_size"):
            value = getattr(self, field)
            require(value >= 1, field=f"train.{field}", value=value, cure="must be 1 or more")
        require(
            0 < self.learning_rate <= 1,
            field="train.learning_rate",
            value=self.learning_rate,
            cure="must be above 0 and at most 1, such as 2e-3",
        )
        for field in ("weight_decay", "noise", "amplitude"):
            value = getattr(self, field)
            require(value >= 0, field=f"train.{field}", value=value, cure="must be 0 or more")
        for field in ("label_smoothing", "average"):
            require_share(getattr(self, field), field=f"train.{field}")
