"""Parameters of the objectives stage: studies/objectives/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.models.config import EncoderName
from ecgfuse.params import require, require_seeds


@dataclass(frozen=True, kw_only=True)
class ObjectivesConfig:
    """How objectives of pretraining are compared."""

    group: ClassVar[str] = "objectives"

    fusion: Fusion
    """Trained from every backbone."""
    encoders: tuple[EncoderName, ...]
    """Backbones: each is trained from scratch, and from every objective that is made for it."""
    seeds: tuple[int, ...]
    """One network each, from the same backbone."""
    probe_beats: int
    """Training beats that the linear probe learns from, drawn evenly over all."""

    def __post_init__(self) -> None:
        require(
            len(self.encoders) >= 1 and len(set(self.encoders)) == len(self.encoders),
            field="objectives.encoders",
            value=list(self.encoders),
            cure="must name at least one, and none twice, such as [macnn_se, wav2vec]",
        )
        require_seeds(self.seeds, field="objectives.seeds")
        require(
            self.probe_beats >= 100,
            field="objectives.probe_beats",
            value=self.probe_beats,
            cure="must be 100 or more",
        )
