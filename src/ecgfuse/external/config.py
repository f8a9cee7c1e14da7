"""Parameters of the external stages: studies/external/params.yaml."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.params import require

Source = Literal["auto", "mirror", "physionet"]


@dataclass(frozen=True, kw_only=True)
class ExternalConfig:
    """Other databases that models of the first one are tested on, and how they are read."""

    group: ClassVar[str] = "external"

    databases: tuple[str, ...]
    """Names on PhysioNet, such as svdb and incartdb; none: there is no such test."""
    version: str
    """Of all of them, as in their PhysioNet addresses: 1.0.0."""
    source: Source
    """Where to take them from; auto: the mirror if it has them, else PhysioNet."""
    model: Fusion
    """Whose networks, of all seeds, are tested."""
    leads: tuple[str, ...]
    """In order of preference; the first that a record has is used."""

    def __post_init__(self) -> None:
        for name in self.databases:
            require(
                name.isidentifier() and self.databases.count(name) == 1,
                field="external.databases",
                value=list(self.databases),
                cure="must be plain names, each once, such as [svdb, incartdb]",
            )
        require(
            self.version != "" and "/" not in self.version and ".." not in self.version,
            field="external.version",
            value=self.version,
            cure="must be a plain name, such as 1.0.0",
        )
        require(
            len(self.leads) > 0,
            field="external.leads",
            value=list(self.leads),
            cure="must name at least one lead, such as II",
        )

    def database(self, name: str) -> "ExternalDatabase":
        """One of the databases, for the download.

        Raises:
            ValueError: it is not among them.
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
    """What the download has to know."""

    group: ClassVar[str] = "external"
    stage: ClassVar[str] = "download_external"
    stand_in: ClassVar[str] = ""
    """None of them has a synthetic stand-in."""
    aliases: ClassVar[tuple[str, ...]] = ()

    database: str
    version: str
    source: Source
