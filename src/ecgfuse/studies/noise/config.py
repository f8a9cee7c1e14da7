"""Parameters of the noise stage: studies/noise/params.yaml."""

from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from ecgfuse.noise.kinds import Kind
from ecgfuse.pipeline.params import require

Condition = tuple[Kind, float] | None
"""Noise record and signal-to-noise ratio in dB; None is the clean recording."""


@dataclass(frozen=True, kw_only=True)
class NoiseConfig:
    """Kinds and amounts of noise added to the test recordings."""

    group: ClassVar[str] = "noise"

    kinds: tuple[Kind, ...]
    """Noise records, used one at a time, never mixed."""
    snr_db: tuple[float, ...]
    """Signal-to-noise ratios in dB, as defined by the WFDB tool nst."""

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
        """The clean recording, followed by every kind of noise at every ratio."""
        return [None, *product(self.kinds, self.snr_db)]
