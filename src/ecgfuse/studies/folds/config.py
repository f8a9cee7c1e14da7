"""Parameters of the folds stage: studies/folds/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.pipeline.params import require, require_seeds


@dataclass(frozen=True, kw_only=True)
class FoldsConfig:
    """What is cross-validated on the patients of DS1."""

    group: ClassVar[str] = "folds"

    fusion: Fusion
    """The fusion to train."""
    n_folds: int
    """Folds of the patients; each is predicted by a network trained on the others."""
    seeds: tuple[int, ...]
    """All folds are trained once per seed; independent of train.seeds."""

    def __post_init__(self) -> None:
        require(
            self.n_folds >= 2,
            field="folds.n_folds",
            value=self.n_folds,
            cure="must be 2 or more",
        )
        require_seeds(self.seeds, field="folds.seeds")
