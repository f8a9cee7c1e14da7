"""Parameters of the download stage: the group `data` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.params import require


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """Which database, and where it comes from."""

    group: ClassVar[str] = "data"

    database: str
    """Name of the database, as in its PhysioNet address: mitdb."""
    version: str
    """Version of the database, as in its PhysioNet address: 1.0.0."""
    source: Literal["auto", "mirror", "physionet", "synthetic"]
    """auto: the mirror if there is one, else PhysioNet, else synthetic."""
    synthetic_minutes: float
    """Length of each synthetic record, in minutes."""
    synthetic_seed: int
    """Seed of the synthetic database."""

    def __post_init__(self) -> None:
        require(
            0.5 <= self.synthetic_minutes <= 60,
            field="data.synthetic_minutes",
            value=self.synthetic_minutes,
            cure="must lie between 0.5 and 60 minutes",
        )
        require(
            self.synthetic_seed >= 0,
            field="data.synthetic_seed",
            value=self.synthetic_seed,
            cure="must be 0 or more",
        )
        for field in ("database", "version"):
            value = getattr(self, field)
            require(
                value != "" and "/" not in value and ".." not in value,
                field=f"data.{field}",
                value=value,
                cure="must be a plain name, such as mitdb or 1.0.0",
            )
