"""Parameters of the noise stage: studies/noise/params.yaml."""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar, Literal

from ecgfuse.params import require

Kind = Literal["bw", "em", "ma"]
"""Noise record: baseline wander, electrode motion, muscle artefact."""

NOISES: dict[Kind, str] = {
    "bw": "baseline wander",
    "em": "electrode motion",
    "ma": "muscle artefact",
}
"""What the records hold, in words."""

Condition = tuple[Kind, float] | None
"""Noise record and signal-to-noise ratio in dB; None is the recording as it is."""


@dataclass(frozen=True, kw_only=True)
class NoiseConfig:
    """Which noise is added to the test recordings, and how much."""

    group: ClassVar[str] = "noise"

    kinds: tuple[Kind, ...]
    """Noise records, one after the other, never mixed."""
    snr_db: tuple[float, ...]
    """Signal-to-noise ratios in dB, as the WFDB tool nst defines them."""

    def __post_init__(self) -> None:
        for field in ("kinds", "snr_db"):
            value = getattr(self, field)
            require(
                len(value) >= 1 and len(set(value)) == len(value),
                field=f"noise.{field}",
                value=list(value),
                cure="must hold at least one value, and each only once",
            )
        require(
            min(self.snr_db) >= -40 and max(self.snr_db) <= 60,
            field="noise.snr_db",
            value=list(self.snr_db),
            cure="must lie between -40 and 60 dB",
        )

    def conditions(self) -> list[Condition]:
        """The clean recording, and then every kind at every ratio."""
        return [None, *product(self.kinds, self.snr_db)]
