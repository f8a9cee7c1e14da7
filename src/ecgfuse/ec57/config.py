"""Parameters of EC57 scoring: the group ec57 of studies/ec57/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.pipeline.params import require


@dataclass(frozen=True, kw_only=True)
class EC57Config:
    """How predictions are scored beat by beat."""

    group: ClassVar[str] = "ec57"

    start_s: float
    """Start of the test period in seconds."""

    def __post_init__(self) -> None:
        require(
            self.start_s >= 0,
            field="ec57.start_s",
            value=self.start_s,
            cure="must be 0 or more; 300 in EC57",
        )
