"""Parameters of the pretrain_comparison stage: studies/pretrain_comparison/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.models.config import EncoderName
from ecgfuse.pipeline.params import require, require_seeds


@dataclass(frozen=True, kw_only=True)
class PretrainComparisonConfig:
    """How pretraining objectives are compared."""

    group: ClassVar[str] = "pretrain_comparison"

    fusion: Literal["early", "late", "hybrid"]
    """The fusion to train from every backbone."""
    encoders: tuple[EncoderName, ...]
    """Backbones: each is trained from scratch and from every objective available for it."""
    seeds: tuple[int, ...]
    """One network per seed, from the same backbone."""
    probe_beats: int
    """Training beats that the linear probe is fitted to, evenly spaced over all."""

    def __post_init__(self) -> None:
        require(
            len(self.encoders) >= 1 and len(set(self.encoders)) == len(self.encoders),
            field="pretrain_comparison.encoders",
            value=list(self.encoders),
            cure="must be distinct names, at least one, such as [macnn_se, wav2vec]",
        )
        require_seeds(self.seeds, field="pretrain_comparison.seeds")
        require(
            self.probe_beats >= 100,
            field="pretrain_comparison.probe_beats",
            value=self.probe_beats,
            cure="must be 100 or more",
        )
