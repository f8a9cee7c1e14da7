"""The 12-lead databases: their PhysioNet addresses, and which of their files are read."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.download.config import Source
from ecgfuse.studies.ssl12.config import DatabaseName


@dataclass(frozen=True, kw_only=True)
class TwelveLeadDatabase:
    """Download configuration of a database."""

    group: ClassVar[str] = "recordings"
    stage: ClassVar[str] = "download"
    stand_in: ClassVar[str] = ""
    """There is no synthetic stand-in."""

    database: str
    """Name in its PhysioNet address."""
    version: str
    source: Source
    files: tuple[str, ...]
    """Patterns of the names of the files to fetch."""
    aliases: tuple[str, ...] = ()
    """Other names that its folder may have in a mirror."""


_CHALLENGE = "challenge-2021"  # has CPSC2018 and Chapman-Shaoxing, both as WFDB with SNOMED codes


def database_named(name: DatabaseName, *, source: Source) -> TwelveLeadDatabase:
    """Download configuration of the database of a name."""
    if name == "ptb-xl":
        return TwelveLeadDatabase(
            database="ptb-xl",
            version="1.0.3",
            source=source,
            files=("ptbxl_database.csv", "scp_statements.csv", "records500/*"),
            aliases=("ptbxl",),
        )
    folder = {"cpsc2018": "cpsc_2018", "chapman-shaoxing": "chapman_shaoxing"}[name]
    return TwelveLeadDatabase(
        database=_CHALLENGE,
        version="1.0.3",
        source=source,
        files=(f"training/{folder}/*.hea", f"training/{folder}/*.mat"),
    )
