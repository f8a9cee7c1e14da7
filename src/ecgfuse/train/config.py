"""Parameters of the train stages: the groups `train` and `augment` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.engine.device import Precision
from ecgfuse.pipeline.params import require, require_seeds, require_share


@dataclass(frozen=True, kw_only=True)
class TrainConfig:
    """Settings of supervised training."""

    group: ClassVar[str] = "train"

    seeds: tuple[int, ...]
    """One model is trained per seed."""
    epochs: int
    """Passes over the training beats."""
    batch_size: int
    """Beats per step."""
    sampling: Literal["natural", "square_root", "balanced"]
    """Share of a class in an epoch: proportional to its beats, to their square root, or equal."""
    patient_power: float
    """Share of a patient within a class: proportional to its beats to this power, 0 to 1."""
    epoch_beats: int
    """Beats per epoch; 0: as many as the training split has."""
    optimizer: Literal["adamw", "adam"]
    """adam adds weight decay to the gradient, as published; adamw decouples it."""
    learning_rate: float
    """Peak learning rate of the one-cycle schedule."""
    weight_decay: float
    """0 or more."""
    class_weights: Literal["none", "sqrt_inverse", "inverse"]
    """Weight of a class in the loss, from its frequency among the training beats."""
    label_smoothing: float
    """Share of the target spread over all classes, 0 to below 1."""
    focal_gamma: float
    """Exponent of 1 - p in the focal loss; 0 is the cross-entropy."""
    logit_adjustment: float
    """Factor on the log class frequency added to the logits during training; 0: off."""
    mixup: float
    """Alpha of mixup: beats are mixed in shares drawn from Beta(alpha, alpha); 0: off."""
    average: float
    """Decay per step of the exponential moving average of the weights; 0: off."""
    swa_from: int
    """First epoch (from 1) of stochastic weight averaging, once per epoch; 0: off."""
    checkpoint: Literal["best", "last"]
    """Keep the epoch with the best validation macro AUPRC, or the last."""
    precision: Precision
    """Of the network in training; auto: bf16 if the hardware computes in it, else fp32."""

    def __post_init__(self) -> None:
        require_seeds(self.seeds, field="train.seeds")
        for field in ("epochs", "batch_size"):
            value = getattr(self, field)
            require(value >= 1, field=f"train.{field}", value=value, cure="must be 1 or more")
        require(
            0 <= self.patient_power <= 1,
            field="train.patient_power",
            value=self.patient_power,
            cure="must lie between 0 (equal share per patient) and 1 (equal share per beat)",
        )
        require(
            self.epoch_beats >= 0,
            field="train.epoch_beats",
            value=self.epoch_beats,
            cure="must be 0 (as many as the training split has) or more",
        )
        require(
            0 < self.learning_rate <= 1,
            field="train.learning_rate",
            value=self.learning_rate,
            cure="must be above 0 and at most 1, such as 2e-3",
        )
        for field in ("weight_decay", "focal_gamma", "logit_adjustment", "mixup"):
            value = getattr(self, field)
            require(value >= 0, field=f"train.{field}", value=value, cure="must be 0 or more")
        require(
            0 <= self.swa_from <= self.epochs,
            field="train.swa_from",
            value=self.swa_from,
            cure=f"must be 0 (off) or an epoch up to train.epochs = {self.epochs}",
        )
        require(
            not (self.swa_from and self.average),
            field="train.swa_from",
            value=self.swa_from,
            cure="must be 0 while train.average is on: choose one of the two averages",
        )
        for field in ("label_smoothing", "average"):
            require_share(getattr(self, field), field=f"train.{field}")


@dataclass(frozen=True, kw_only=True)
class AugmentConfig:
    """Data augmentation of the training beats; 0 turns each augmentation off."""

    group: ClassVar[str] = "augment"

    time_warp: float
    """Bound of the displacement of a sample, as a share of the length; at most 0.15."""
    polarity: float
    """Probability that all rows of a beat change their sign."""
    amplitude: float
    """Standard deviation of the log of a factor on the beat."""
    baseline_wander: float
    """Standard deviation of a slow drift added to the beat, relative to that of the beat."""
    white_noise: float
    """Standard deviation of the white noise added to every row, relative to that of the beat."""
    mask_probability: float
    """Probability that a stretch of the beat is set to zero."""
    mask_width: float
    """Longest such stretch, as a share of the length."""
    row_dropout: float
    """Probability that one row of a beat is set to zero."""
    rr_jitter: float
    """Standard deviation of the log of a factor on every RR ratio and feature."""
    noisy_beats: float
    """Probability that a beat is replaced by its copy with real noise from stage noisy_beats."""

    def __post_init__(self) -> None:
        require(
            0 <= self.time_warp <= 0.15,
            field="augment.time_warp",
            value=self.time_warp,
            cure="must lie between 0 and 0.15; larger warps may reorder samples",
        )
        for field in ("polarity", "mask_probability", "row_dropout", "noisy_beats"):
            value = getattr(self, field)
            require(
                0 <= value <= 1,
                field=f"augment.{field}",
                value=value,
                cure="must lie between 0 and 1",
            )
        for field in ("amplitude", "baseline_wander", "white_noise", "rr_jitter"):
            value = getattr(self, field)
            require(value >= 0, field=f"augment.{field}", value=value, cure="must be 0 or more")
        require_share(self.mask_width, field="augment.mask_width")
