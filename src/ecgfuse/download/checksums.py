"""SHA256SUMS.txt and RECORDS: which files a database holds, and whether they are whole."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

CHECKSUMS = "SHA256SUMS.txt"
RECORDS = "RECORDS"
RECORD_SUFFIXES = (".atr", ".dat", ".hea")

# "hash name" as PhysioNet writes it; sha256sum writes a second space, or a star, before the name.
_LINE = re.compile(r"([0-9a-fA-F]{64})\s+\*?(\S.*)")


def sha256(path: Path) -> str:
    """SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_checksums(folder: Path, *, origin: str) -> dict[str, str]:
    """Read SHA256SUMS.txt of a folder: the SHA-256 of each file, by its name.

    Args:
        folder: where SHA256SUMS.txt lies.
        origin: where it comes from, for the messages.

    Raises:
        ValueError: a line has another form, or a name leads out of the folder.
    """
    checksums = {}
    for number, line in _lines(folder / CHECKSUMS):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(
                f"{origin}: line {number} of {CHECKSUMS} is {line[:60]!r}, but must be a SHA-256 "
                "and a file name; is this the folder of a PhysioNet database, or a web page that "
                "asks you to log in?"
            )
        name = match[2]
        _check_name(name, origin=f"{origin}: line {number} of {CHECKSUMS}")
        checksums[name] = match[1].lower()
    return checksums


def read_records(folder: Path, *, origin: str) -> tuple[str, ...]:
    """Read RECORDS of a folder: the names of the records, in the order of the file.

    Raises:
        ValueError: there is no record, or a name leads out of the folder.
    """
    records = []
    for number, name in _lines(folder / RECORDS):
        _check_name(name, origin=f"{origin}: line {number} of {RECORDS}")
        records.append(name)
    if not records:
        raise ValueError(f"{origin}: {RECORDS} names no record; fetch it again")
    return tuple(dict.fromkeys(records))


def format_records(records: Iterable[str]) -> str:
    """RECORDS in its one form: one name a line."""
    return "".join(f"{name}\n" for name in records)


def format_checksums(checksums: Mapping[str, str]) -> str:
    """SHA256SUMS.txt in its one form: as PhysioNet writes it, sorted by name."""
    return "".join(f"{checksums[name]} {name}\n" for name in sorted(checksums))


def expect_files(
    records: Iterable[str], *, checksums: Mapping[str, str], origin: str
) -> dict[str, str]:
    """The files that the records consist of, RECORDS included, each with its SHA-256.

    Raises:
        ValueError: SHA256SUMS.txt lacks one of them, so it is missing or cannot be checked.
    """
    names = [f"{record}{suffix}" for record in records for suffix in RECORD_SUFFIXES]
    for name in [RECORDS, *names]:
        if name not in checksums:
            raise ValueError(
                f"{origin}: {name} is missing in {CHECKSUMS}; check that data.database and "
                "data.version name a database of records with .dat, .hea and .atr files, and that "
                "the copy is complete"
            )
    return {name: checksums[name] for name in [RECORDS, *names]}


def _lines(path: Path) -> list[tuple[int, str]]:
    """Numbered lines that are not empty; bytes that are no text show up as names that are not."""
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return [(number, line) for number, line in lines if line]


def _check_name(name: str, *, origin: str) -> None:
    """Names come from outside, and must not write anywhere else."""
    path = PurePosixPath(name)
    inside = (
        name.isprintable()
        and "\\" not in name
        and path.name != ""
        and ".." not in path.parts
        and not path.is_absolute()
        and not PureWindowsPath(name).drive
    )
    if not inside:
        raise ValueError(
            f"{origin} names the file {name!r}, which leads out of the folder; do not use this "
            "source"
        )
