"""SHA256SUMS.txt and RECORDS: the files of a database and their checksums."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath, PureWindowsPath

CHECKSUMS = "SHA256SUMS.txt"
RECORDS = "RECORDS"
SIGNAL_SUFFIXES = (".dat", ".hea")
RECORD_SUFFIXES = (".atr", *SIGNAL_SUFFIXES)

# "hash name" in PhysioNet files; sha256sum adds a second space or a star before the name.
_LINE = re.compile(r"([0-9a-fA-F]{64})\s+\*?(\S.*)")


class AbsentError(ValueError):
    """A copy lacks the database, or some of the requested files."""


def sha256(path: Path) -> str:
    """SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_checksums(folder: Path, *, origin: str) -> dict[str, str]:
    """Read SHA256SUMS.txt of a folder: the SHA-256 of each file, by its name.

    Args:
        folder: contains SHA256SUMS.txt.
        origin: its source, for messages.

    Raises:
        ValueError: a line is malformed, or a name refers to a path outside of the folder.
    """
    checksums = {}
    for number, line in _lines(folder / CHECKSUMS):
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(
                f"{origin}: line {number} of {CHECKSUMS} is {line[:60]!r}, but must be a SHA-256 "
                "and a file name; check that the address is that of a PhysioNet database, and that "
                "the site does not return a login page instead"
            )
        name = match[2]
        _check_name(name, origin=f"{origin}: line {number} of {CHECKSUMS}")
        checksums[name] = match[1].lower()
    return checksums


def read_records(folder: Path, *, origin: str) -> tuple[str, ...]:
    """Read RECORDS of a folder: the names of the records, in the order of the file.

    Raises:
        ValueError: there is no record, or a name refers to a path outside of the folder.
    """
    records = []
    for number, name in _lines(folder / RECORDS):
        _check_name(name, origin=f"{origin}: line {number} of {RECORDS}")
        records.append(name)
    if not records:
        raise ValueError(f"{origin}: {RECORDS} lists no record; fetch it again")
    return tuple(dict.fromkeys(records))


def format_records(records: Iterable[str]) -> str:
    """Content of RECORDS: one name per line."""
    return "".join(f"{name}\n" for name in records)


def format_checksums(checksums: Mapping[str, str]) -> str:
    """Content of SHA256SUMS.txt in PhysioNet format, sorted by name."""
    return "".join(f"{checksums[name]} {name}\n" for name in sorted(checksums))


def wanted_files(
    folder: Path,
    *,
    signals_of: Sequence[str] | None,
    patterns: Sequence[str] = (),
    checksums: Mapping[str, str],
    origin: str,
) -> dict[str, str]:
    """The files to take from a database, each with its SHA-256.

    Args:
        folder: contains RECORDS, which is read only if all records are requested.
        signals_of: names of records of which only the signals are requested; None requests RECORDS
            and all records in it, with their annotations.
        patterns: of file names, with * as wildcard; if given, exactly the files in SHA256SUMS.txt
            that match one are requested.

    Raises:
        AbsentError: SHA256SUMS.txt lacks one of them, so it is missing or cannot be checked; or no
            file matches a pattern.
        ValueError: as `read_records`.
    """
    if patterns:
        return _fitting(patterns, checksums=checksums, origin=origin)
    if signals_of is not None:
        names = [f"{record}{suffix}" for record in signals_of for suffix in SIGNAL_SUFFIXES]
    else:
        records = read_records(folder, origin=origin)
        names = [f"{record}{suffix}" for record in records for suffix in RECORD_SUFFIXES]
        names = [RECORDS, *names]
    return expect_files(names, checksums=checksums, origin=origin)


def _fitting(
    patterns: Sequence[str], *, checksums: Mapping[str, str], origin: str
) -> dict[str, str]:
    files: dict[str, str] = {}
    for pattern in patterns:
        fitting = {name: sha for name, sha in checksums.items() if fnmatchcase(name, pattern)}
        if not fitting:
            raise AbsentError(
                f"{origin}: no file in {CHECKSUMS} matches {pattern}; check that the copy is "
                "complete"
            )
        files |= fitting
    return files


def expect_files(
    names: Iterable[str], *, checksums: Mapping[str, str], origin: str
) -> dict[str, str]:
    """The SHA-256 of each file.

    Raises:
        AbsentError: SHA256SUMS.txt lacks one of them, so it is missing or cannot be checked.
    """
    expected = {}
    for name in names:
        if name not in checksums:
            raise AbsentError(
                f"{origin}: {name} is missing in {CHECKSUMS}; check the database name and version "
                "in the parameters, and that the copy is complete"
            )
        expected[name] = checksums[name]
    return expected


def _lines(path: Path) -> list[tuple[int, str]]:
    """Numbered lines that are not empty; invalid bytes become invalid names."""
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = ((number, line.strip()) for number, line in enumerate(text.splitlines(), start=1))
    return [(number, line) for number, line in lines if line]


def _check_name(name: str, *, origin: str) -> None:
    """Check that a name from outside stays within the folder."""
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
            f"{origin} refers to the file {name!r} outside of the folder; use another source"
        )
