"""Parameters of the external stages: studies/external/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.pipeline.params import require, require_plain_name

Source = Literal["auto", "mirror", "physionet"]


@dataclass(frozen=True, kw_only=True)
class ExternalConfig:
    """Other databases to test models of the first one on, and how to read them."""

    group: ClassVar[str] = "external"

    databases: tuple[str, ...]
    """Names on PhysioNet, such as svdb and incartdb; empty: no such test."""
    version: str
    """Version of all of them, as in their PhysioNet addresses: 1.0.0."""
    source: Source
    """Where to fetch them from; auto: the mirror if it has them, else PhysioNet."""
    model: Fusion
    """The fusion to test, with all seeds."""
    leads: tuple[str, ...]
    """Leads in order of preference; the first one of a record is used."""

    def __post_init__(self) -> None:
        for name in self.databases:
            require(
                name.isidentifier() and self.databases.count(name) == 1,
                field="external.databases",
                value=list(self.databases),
                cure="must be distinct plain names, such as [svdb, incartdb]",
            )
        require_plain_name(self.version, field="external.version", example="1.0.0")
        require(
            len(self.leads) > 0,
            field="external.leads",
            value=list(self.leads),
            cure="must name at least one lead, such as II",
        )

    def database(self, name: str) -> "ExternalDatabase":
        """The download configuration of one of the databases.

        Raises:
            ValueError: the database is not configured.
        """
        require(
            name in self.databases,
            field="external.databases",
            value=list(self.databases),
            cure=f"must name {name} for it to be tested",
        )
        return ExternalDatabase(database=name, version=self.version, source=self.source)


@dataclass(frozen=True, kw_only=True)
class ExternalDatabase:
    """What the download needs to know."""

    group: ClassVar[str] = "external"
    stage: ClassVar[str] = "download_external"
    stand_in: ClassVar[str] = ""
    """There is no synthetic stand-in."""
    aliases: ClassVar[tuple[str, ...]] = ()

    database: str
    version: str
    source: Source
