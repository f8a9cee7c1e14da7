"""Parameters of the rr stage: the group `rr` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.pipeline.params import require
from ecgfuse.rr.features import Features


@dataclass(frozen=True, kw_only=True)
class RRConfig:
    """How RR intervals become features."""

    group: ClassVar[str] = "rr"

    features: Features
    """The seven RR features: in ms as published, as ratios, or as log ratios relative to the
    irregularity of the patient's rhythm."""
    causal: bool
    """Use nothing later than the beat, as a monitor needs."""
    local_beats: int
    """Intervals in the local mean, including this one."""
    irregularity_beats: int
    """Beats in the running median of the irregularity; odd."""

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
