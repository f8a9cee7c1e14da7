"""SHA256SUMS.txt and RECORDS: which files a database holds, and whether they are whole."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath, PureWindowsPath

CHECKSUMS = "SHA256SUMS.txt"
RECORDS = "RECORDS"
SIGNAL_SUFFIXES = (".dat", ".hea")
RECORD_SUFFIXES = (".atr", *SIGNAL_SUFFIXES)

# "hash name" as PhysioNet writes it; sha256sum writes a second space, or a star, before the name.
_LINE = re.compile(r"([0-9a-fA-F]{64})\s+\*?(\S.*)")


class AbsentError(ValueError):
    """A copy does not hold the database, or not all of it that is wanted."""


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


def wanted_files(
    folder: Path,
    *,
    signals_of: Sequence[str] | None,
    patterns: Sequence[str] = (),
    checksums: Mapping[str, str],
    origin: str,
) -> dict[str, str]:
    """The files to take out of a database, each with its SHA-256.

    Args:
        folder: holds RECORDS, which is read only if all records are wanted.
        signals_of: names of the records of which the signals alone are wanted; None takes RECORDS
            and all records that it names, with their annotations.
        patterns: of names, where * stands for anything; if there are some, all files in
            SHA256SUMS.txt that fit one are taken, and nothing else.

    Raises:
        AbsentError: SHA256SUMS.txt lacks one of them, so it is missing or cannot be checked; or no
            file fits a pattern.
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
                f"{origin}: no file in {CHECKSUMS} is called {pattern}; check that the copy is "
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
                f"{origin}: {name} is missing in {CHECKSUMS}; check that database and version in "
                "params.yaml name a database that has it, and that the copy is complete"
            )
        expected[name] = checksums[name]
    return expected


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
