"""Parameters of the external stages: studies/external/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.pipeline.params import require, require_plain_name
from ecgfuse.train.trained_model import EXPORTED

Source = Literal["auto", "mirror", "physionet"]


@dataclass(frozen=True, kw_only=True)
class ExternalConfig:
    """Other databases to test models of the first one on, and how to read them."""

    group: ClassVar[str] = "external"

    databases: tuple[str, ...]
    """Names on PhysioNet, such as svdb and incartdb."""
    version: str
    """Version of all of them, as in their PhysioNet addresses: 1.0.0."""
    source: Source
    """Where to fetch them from; auto: the mirror if it has them, else PhysioNet."""
    models: tuple[str, ...]
    """The models to test, each with all seeds: those that are exported for users."""
    leads: tuple[str, ...]
    """Leads in order of preference; the first one of a record is used."""
    min_beats: int
    """A class is scored if it has so many beats: with 100, the standard error of a sensitivity is
    at most 5 percentage points."""
    min_records: int
    """And if so many records have some: with 5, less than about e^-5 or 0.7 % of the bootstrap
    draws of the records lack it."""

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
            len(self.models) > 0
            and set(self.models) <= set(EXPORTED)
            and len(set(self.models)) == len(self.models),
            field="external.models",
            value=list(self.models),
            cure=f"must be distinct names among {', '.join(EXPORTED)}",
        )
        for field in ("min_beats", "min_records"):
            require(
                getattr(self, field) >= 1,
                field=f"external.{field}",
                value=getattr(self, field),
                cure="must be 1 or more",
            )
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
