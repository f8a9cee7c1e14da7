"""Parameters of the distill stage: studies/distill/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.datasets.fusions import FUSIONS, Fusion
from ecgfuse.pipeline.params import require, require_seeds, require_share


@dataclass(frozen=True, kw_only=True)
class DistillConfig:
    """Teachers, students and loss of the distillation."""

    group: ClassVar[str] = "distill"

    teachers: tuple[str, ...]
    """Fusions whose networks, of all seeds, are the teachers."""
    student: Fusion
    """Fusion of the student network."""
    seeds: tuple[int, ...]
    """One student is trained per seed."""
    temperature: float
    """Divides the logits of the teachers; above 1 it softens their probabilities."""
    label_share: float
    """Weight of the true label in the target, the rest is the teachers'; 0 to below 1."""

    def __post_init__(self) -> None:
        require(
            len(self.teachers) >= 1 and set(self.teachers) <= set(FUSIONS),
            field="distill.teachers",
            value=list(self.teachers),
            cure=f"must name one or more of {', '.join(FUSIONS)}",
        )
        require_seeds(self.seeds, field="distill.seeds")
        require(
            0.1 <= self.temperature <= 100,
            field="distill.temperature",
            value=self.temperature,
            cure="must lie between 0.1 and 100, such as 2",
        )
        require_share(self.label_share, field="distill.label_share")
