"""The 12-lead databases: where PhysioNet has them, and which of their files are read."""

from dataclasses import dataclass
from typing import ClassVar

from ecgfuse.download.config import Source
from ecgfuse.ssl12.config import DatabaseName


@dataclass(frozen=True, kw_only=True)
class TwelveLeadDatabase:
    """A database as the download knows it."""

    group: ClassVar[str] = "recordings"
    stage: ClassVar[str] = "download"
    stand_in: ClassVar[str] = ""
    """There is no synthetic stand-in."""

    database: str
    """Name in its PhysioNet address."""
    version: str
    source: Source
    files: tuple[str, ...]
    """Patterns of the names of the files that are read."""
    aliases: tuple[str, ...] = ()
    """Names of its folder in a mirror that does not call it as PhysioNet does."""


_CHALLENGE = "challenge-2021"  # has CPSC2018 and Chapman-Shaoxing, both as WFDB with SNOMED codes


def database_named(name: DatabaseName, *, source: Source) -> TwelveLeadDatabase:
    """Where a database is."""
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
