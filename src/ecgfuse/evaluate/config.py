"""Parameters of the evaluate stages: the group `evaluate` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.params import require


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig:
    """How finely results are drawn; nothing here changes a score."""

    group: ClassVar[str] = "evaluate"

    curve_points: int
    """Points of the precision-recall and ROC tables."""
    examples: int
    """Right and wrong beats of each class in the picture."""

    def __post_init__(self) -> None:
        require(
            self.curve_points >= 11,
            field="evaluate.curve_points",
            value=self.curve_points,
            cure="must be 11 or more",
        )
        require(
            1 <= self.examples <= 10,
            field="evaluate.examples",
            value=self.examples,
            cure="must lie between 1 and 10",
        )
