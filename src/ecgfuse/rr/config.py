"""Parameters of the rr stage: the group `rr` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.params import require


@dataclass(frozen=True, kw_only=True)
class RRConfig:
    """How RR intervals become features."""

    group: ClassVar[str] = "rr"

    features: Literal["absolute", "ratio"]
    """The seven features for the fusion block: in ms as published, or as ratios."""
    causal: bool
    """True: nothing later than the beat is used, as a monitor needs it."""
    local_beats: int
    """Intervals in the local mean, this one included."""

    def __post_init__(self) -> None:
        require(
            self.local_beats >= 1,
            field="rr.local_beats",
            value=self.local_beats,
            cure="must be 1 or more",
        )
