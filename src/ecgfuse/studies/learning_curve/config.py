"""Parameters of the stage learning_curve: studies/learning_curve/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.pipeline.params import require


@dataclass(frozen=True, kw_only=True)
class LearningCurveConfig:
    """How many training patients a fusion is trained on."""

    group: ClassVar[str] = "learning_curve"

    fusion: Fusion
    """The fusion to train."""
    patients: tuple[int, ...]
    """Increasing numbers of patients, fewer than all; the stage train trains on all of them."""
    draws: int
    """Random orders of the patients; one network per order and number of patients."""
    seed: int
    """Seed of the orders; the network of draw i, from 0, is trained with this seed + i."""

    def __post_init__(self) -> None:
        require(
            len(self.patients) >= 1
            and self.patients[0] >= 1
            and all(a < b for a, b in zip(self.patients, self.patients[1:], strict=False)),
            field="learning_curve.patients",
            value=list(self.patients),
            cure="must be a list of increasing numbers of 1 or more, such as [4, 8, 12]",
        )
        require(
            self.draws >= 1,
            field="learning_curve.draws",
            value=self.draws,
            cure="must be 1 or more",
        )
        require(
            self.seed >= 0,
            field="learning_curve.seed",
            value=self.seed,
            cure="must be 0 or more",
        )
