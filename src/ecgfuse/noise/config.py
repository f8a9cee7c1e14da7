"""Parameters of the noisy_beats stage: the group `noisy_beats` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.noise.kinds import Kind
from ecgfuse.pipeline.params import require


@dataclass(frozen=True, kw_only=True)
class NoisyBeatsConfig:
    """Noise added to the recordings of DS1 to cut their beats a second time."""

    group: ClassVar[str] = "noisy_beats"

    kinds: tuple[Kind, ...]
    """Noise records; one is drawn per beat."""
    snr_db: tuple[float, ...]
    """Signal-to-noise ratios in dB, as defined by the WFDB tool nst; one is drawn per beat."""
    seed: int
    """Seed of the random draw."""

    def __post_init__(self) -> None:
        require(
            len(self.kinds) >= 1,
            field="noisy_beats.kinds",
            value=list(self.kinds),
            cure="must name at least one noise record, such as [bw, ma]",
        )
        require(
            len(self.snr_db) >= 1 and all(-40 <= ratio <= 60 for ratio in self.snr_db),
            field="noisy_beats.snr_db",
            value=list(self.snr_db),
            cure="must hold at least one ratio between -40 and 60 dB, such as [18, 12, 6]",
        )
        require(self.seed >= 0, field="noisy_beats.seed", value=self.seed, cure="must be 0 or more")
