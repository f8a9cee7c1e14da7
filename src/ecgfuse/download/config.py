"""Parameters of the download stages: the groups `data` and `noise_data` of params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol

from ecgfuse.noise.kinds import Kind
from ecgfuse.pipeline.params import require, require_plain_name

Source = Literal["auto", "mirror", "physionet", "synthetic"]
"""auto: the mirror if there is one, else PhysioNet, else synthetic."""


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """The database of recordings and its source."""

    group: ClassVar[str] = "data"
    stage: ClassVar[str] = "download"
    stand_in: ClassVar[str] = "mitdb"
    """The only database of recordings with a synthetic stand-in."""
    aliases: ClassVar[tuple[str, ...]] = ()

    database: str
    """Name of the database, as in its PhysioNet address: mitdb."""
    version: str
    """Version of the database, as in its PhysioNet address: 1.0.0."""
    source: Source
    """Source of the files."""
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
        _check(self)


@dataclass(frozen=True, kw_only=True)
class NoiseDataConfig:
    """The noise database and its source."""

    group: ClassVar[str] = "noise_data"
    stage: ClassVar[str] = "download_noise"
    stand_in: ClassVar[str] = "nstdb"
    """The only noise database with a synthetic stand-in."""
    aliases: ClassVar[tuple[str, ...]] = ()

    database: str
    """Name of the database, as in its PhysioNet address: nstdb."""
    version: str
    """Version of the database, as in its PhysioNet address: 1.0.0."""
    source: Source
    """Source of the files."""
    kinds: tuple[Kind, ...]
    """Noise records to fetch."""
    synthetic_seed: int
    """Seed of the synthetic noise."""

    def __post_init__(self) -> None:
        _check(self)
        require(
            len(set(self.kinds)) == len(self.kinds) >= 1,
            field="noise_data.kinds",
            value=list(self.kinds),
            cure="must name at least one noise record, and each only once, such as [bw, ma]",
        )


class DatabaseConfig(Protocol):
    """What the download needs to know about a database."""

    @property
    def group(self) -> str:
        """Parameter group, for messages."""

    @property
    def stage(self) -> str:
        """Stage name, for messages."""

    @property
    def stand_in(self) -> str:
        """The only database of the group with a synthetic stand-in; empty if there is none."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """Alternative names of its folder in a mirror."""

    @property
    def database(self) -> str:
        """Name in its PhysioNet address."""

    @property
    def version(self) -> str:
        """Version in its PhysioNet address."""

    @property
    def source(self) -> Source:
        """Source of the files."""


def _check(config: DataConfig | NoiseDataConfig) -> None:
    """Check the fields common to all databases.

    Raises:
        ValueError: a value is invalid.
    """
    require(
        config.synthetic_seed >= 0,
        field=f"{config.group}.synthetic_seed",
        value=config.synthetic_seed,
        cure="must be 0 or more",
    )
    for field in ("database", "version"):
        require_plain_name(
            getattr(config, field),
            field=f"{config.group}.{field}",
            example=f"{config.stand_in} or 1.0.0",
        )
