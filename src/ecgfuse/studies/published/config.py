"""Parameters of studies/published: its params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.engine.device import Precision
from ecgfuse.pipeline.params import require, require_seeds
from ecgfuse.studies.published.beats import RRBetween
from ecgfuse.studies.published.rows import ROW_NAMES


@dataclass(frozen=True, kw_only=True)
class PublishedConfig:
    """What is trained as published, and with which share of the published budget."""

    group: ClassVar[str] = "published"

    rows: tuple[str, ...]
    """Names out of `rows.ROWS`, each trained with the budgets below."""
    seeds: tuple[int, ...]
    """One network per row and seed; the study has one, 1234."""
    rr_between: RRBetween
    """annotations, as published, or beats; rows named *_beats always have beats."""
    macnn_epochs: int
    """Passes over the training beats; 100 as published."""
    macnn_batch: int
    """Beats per step; 25,600 as published, which needs 12 GB of memory."""
    resunet_epochs: int
    """75 as published."""
    resunet_batch: int
    """1,024 as published."""
    resunet_halve_every: int
    """Epochs after which the learning rate is halved; 20 as published."""
    full_rows: tuple[str, ...]
    """Rows trained once more with the published budget."""
    full_seeds: tuple[int, ...]
    """Seeds of those."""
    precision: Precision
    """Of the networks in training; the study has fp32."""

    def __post_init__(self) -> None:
        for field in ("seeds", "full_seeds"):
            require_seeds(getattr(self, field), field=f"published.{field}")
        for field in ("rows", "full_rows"):
            names = getattr(self, field)
            require(
                set(names) <= set(ROW_NAMES) and len(set(names)) == len(names),
                field=f"published.{field}",
                value=list(names),
                cure=f"must be different names out of {', '.join(ROW_NAMES)}",
            )
        require(
            len(self.rows) >= 1,
            field="published.rows",
            value=list(self.rows),
            cure="must name at least one row",
        )
        counts = ("macnn_epochs", "macnn_batch", "resunet_epochs", "resunet_batch")
        for field in (*counts, "resunet_halve_every"):
            least = 2 if field.endswith("batch") else 1
            require(
                getattr(self, field) >= least,
                field=f"published.{field}",
                value=getattr(self, field),
                cure=f"must be {least} or more",
            )


@dataclass(frozen=True, kw_only=True)
class ForestConfig:
    """The random forest of Saenz-Cogollo and Agelli."""

    group: ClassVar[str] = "forest"

    seeds: tuple[int, ...]
    """One forest per seed."""
    trees: int
    """40 as published."""

    def __post_init__(self) -> None:
        require_seeds(self.seeds, field="forest.seeds")
        require(self.trees >= 1, field="forest.trees", value=self.trees, cure="must be 1 or more")


@dataclass(frozen=True, kw_only=True)
class BridgeConfig:
    """The bridge from the study to today's default."""

    group: ClassVar[str] = "bridge"

    n_folds: int
    """Folds of the patients of DS1."""
    seeds: tuple[int, ...]
    """Every fold is trained once per row and seed."""

    def __post_init__(self) -> None:
        require(
            self.n_folds >= 2,
            field="bridge.n_folds",
            value=self.n_folds,
            cure="must be 2 or more",
        )
        require_seeds(self.seeds, field="bridge.seeds")
