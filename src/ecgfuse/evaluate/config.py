"""Parameters of the evaluate stages: the group `evaluate` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.pipeline.params import require


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig:
    """Resolution of tables, figures and intervals; nothing here changes a score."""

    group: ClassVar[str] = "evaluate"

    curve_points: int
    """Points of the precision-recall and ROC tables that DVC draws."""
    examples: int
    """Number of correct beats of each class in the figure of examples, and of wrong ones."""
    bootstrap: int
    """Draws of the test records, with replacement, for every interval."""
    bootstrap_seed: int
    """Seed of those draws, which are the same for all fusions."""
    ece_bins: int
    """Bins of equal width in which confidence and accuracy are compared."""

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
        require(
            self.bootstrap >= 100,
            field="evaluate.bootstrap",
            value=self.bootstrap,
            cure="must be 100 or more: the ends of a 95 % interval lie in its tails",
        )
        require(
            self.bootstrap_seed >= 0,
            field="evaluate.bootstrap_seed",
            value=self.bootstrap_seed,
            cure="must be 0 or more",
        )
        require(
            2 <= self.ece_bins <= 100,
            field="evaluate.ece_bins",
            value=self.ece_bins,
            cure="must lie between 2 and 100",
        )
