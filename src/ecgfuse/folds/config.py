"""Parameters of the folds stage: studies/folds/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.params import require, require_seeds


@dataclass(frozen=True, kw_only=True)
class FoldsConfig:
    """What is cross-validated on the patients of DS1."""

    group: ClassVar[str] = "folds"

    fusion: Fusion
    """The fusion that is trained."""
    n_folds: int
    """Parts that the patients are dealt to; each is predicted by a network taught by the rest."""
    seeds: tuple[int, ...]
    """All folds are trained once for each; not the seeds of the train stages."""

    def __post_init__(self) -> None:
        require(
            self.n_folds >= 2,
            field="folds.n_folds",
            value=self.n_folds,
            cure="must be 2 or more",
        )
        require_seeds(self.seeds, field="folds.seeds")
