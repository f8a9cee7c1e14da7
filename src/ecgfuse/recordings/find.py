"""Find the recordings in files and folders named by the user."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ecgfuse.recordings.kind import kind_of
from ecgfuse.recordings.wfdb.header import GAP, read_header

_ENDINGS = (".hea", ".edf", ".bdf", ".csv")
BEATS_ENDING = ".beats.csv"
"""Of the tables of beats that ecgfuse writes."""


def find_recordings(paths: Sequence[Path]) -> list[Path]:
    """List the recordings in files and folders, each once, in the order given.

    A file is kept, whatever it is. A WFDB record may be named by its header, with or without
    .hea, or by its .dat file; the header is returned. Of a folder, the .hea, .edf, .bdf and .csv
    files and all others with the content of EDF or BDF are returned in alphabetical order, except
    hidden files, segments of other records in it, and tables of beats that ecgfuse wrote.
    Subfolders are not searched.

    Raises:
        ValueError: a file does not exist, or there is no recording.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for recording in _in_folder(path) if path.is_dir() else [_named(path)]:
            found.setdefault(recording.resolve(), recording)
    if not found:
        raise ValueError(
            f"no recording in {', '.join(map(str, paths)) or 'no file'}; name .hea, .edf, .bdf or "
            ".csv files, or a folder with such files"
        )
    return list(found.values())


def _named(path: Path) -> Path:
    """The file that a name refers to."""
    headers = [path.with_name(f"{path.name}{ending}") for ending in (".hea", ".HEA")]
    if path.suffix.lower() == ".dat":
        headers = [path.with_suffix(ending) for ending in (".hea", ".HEA")]
    elif path.is_file():
        return path
    for header in headers:
        if header.is_file():
            return header
    if path.is_file() and kind_of(path) is None:
        raise ValueError(
            f"{path}: its header {headers[0].name} is missing; copy it to the same folder"
        )
    if path.is_file():  # a table or an EDF file may be named .dat, too
        return path
    raise ValueError(f"{path}: no such file; name a .hea, .edf, .bdf or .csv file, or a folder")


def _is_edf(path: Path) -> bool:
    try:
        return kind_of(path) == "edf"
    except OSError:
        return False  # not readable, and of no known extension


def _in_folder(folder: Path) -> list[Path]:
    files = [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
        and not path.name.lower().endswith(BEATS_ENDING)
        and path.is_file()
        and (path.suffix.lower() in _ENDINGS or _is_edf(path))
    ]
    segments = _segment_names(path for path in files if path.suffix.lower() == ".hea")
    return [p for p in files if p.suffix.lower() != ".hea" or p.stem not in segments]


def _segment_names(headers: Iterable[Path]) -> set[str]:
    """Names of records that are segments of one of these records."""
    names: set[str] = set()
    for header in headers:
        try:
            names.update(s.name for s in read_header(header).segments if s.name != GAP)
        except ValueError:
            continue  # reported when the recording is opened
    return names
