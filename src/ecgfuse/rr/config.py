"""Parameters of the rr stage: the group `rr` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.params import require
from ecgfuse.rr.features import Features


@dataclass(frozen=True, kw_only=True)
class RRConfig:
    """How RR intervals become features."""

    group: ClassVar[str] = "rr"

    features: Features
    """The seven features for the fusion block: in ms as published, as ratios, or as ratios
    over the irregularity of the patient's rhythm, which then holds for the rows, too."""
    causal: bool
    """True: nothing later than the beat is used, as a monitor needs it."""
    local_beats: int
    """Intervals in the local mean, this one included."""
    irregularity_beats: int
    """Beats in the running median that measures the irregularity; odd."""

    def __post_init__(self) -> None:
        require(
            self.local_beats >= 1,
            field="rr.local_beats",
            value=self.local_beats,
            cure="must be 1 or more",
        )
        require(
            self.irregularity_beats >= 1 and self.irregularity_beats % 2 == 1,
            field="rr.irregularity_beats",
            value=self.irregularity_beats,
            cure="must be odd and 1 or more, such as 65",
        )
