"""Files that were chosen together, on their way to groups."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ecgfuse.recordings.wfdb.header import Header
from ecgfuse.serve.intake.file_names import ending_of, key_of, stem_of

HEADER, ANNOTATION = ".hea", ".atr"

_RECORDINGS = (".edf", ".bdf", ".csv", ".tsv", ".txt")
"""Extensions of files that are recordings of their own, also beside a header of the same stem."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """The files of one recording."""

    name: str
    """What the person calls it."""
    main: str
    """Name under which its main file is stored."""
    shown: str
    """Name that the person gave this file."""
    files: dict[str, Path]
    """Where each file is now, by the name under which it is stored."""
    members: tuple[str, ...]
    """Names that the person gave these files."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why a file is part of no recording."""

    file: str
    detail: str


@dataclass
class Batch:
    """Files that were chosen together, and which of them are used."""

    files: Mapping[str, Path]
    names: dict[str, str] = field(init=False)
    """Key -> name."""
    headers: dict[str, Header | None] = field(default_factory=dict)
    """Key of a header file -> its content; None for a damaged one."""
    used: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = {key_of(name): name for name in self.files}

    def path(self, key: str) -> Path:
        return self.files[self.names[key]]

    def refuse(self, key: str, detail: str) -> None:
        name = self.names[key]
        self.problems.append(Problem(file=name, detail=detail.removeprefix(f"{name}: ")))

    def use_companions(self, key: str) -> None:
        """Mark what has the stem of a header: other annotations and the like are left out."""
        stem = key.removesuffix(HEADER)
        for other in self.names:
            if stem_of(other) == stem and ending_of(other) not in _RECORDINGS:
                self.used.add(other)
