"""Find the recordings that the user means."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from ecgfuse.formats.wfdb_header import read_header
from ecgfuse.formats.wfdb_segments import GAP

_ENDINGS = (".hea", ".edf", ".bdf", ".csv")
BEATS_ENDING = ".beats.csv"
"""Of tables of beats, which ecgfuse itself writes."""


def find_recordings(paths: Sequence[Path]) -> list[Path]:
    """The recordings of files and folders, each once, in the order given.

    A file stays, whatever it is. A WFDB record may be named by its header, by that without .hea,
    or by its .dat file; it comes out as the header. A folder gives its .hea, .edf, .bdf and .csv
    files in alphabetical order, but no hidden files, no segments of other records there, and no
    tables of beats that ecgfuse wrote. It is not searched deeper.

    Raises:
        ValueError: there is no such file, or no recording.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for recording in _in_folder(path) if path.is_dir() else [_named(path)]:
            found.setdefault(recording.resolve(), recording)
    if not found:
        raise ValueError(
            f"no recording in {', '.join(map(str, paths)) or 'no file'}; name .hea, .edf, .bdf or "
            ".csv files, or a folder that holds some"
        )
    return list(found.values())


def _named(path: Path) -> Path:
    """The file that one name stands for."""
    headers = [path.with_name(f"{path.name}{ending}") for ending in (".hea", ".HEA")]
    if path.suffix.lower() == ".dat":
        headers = [path.with_suffix(ending) for ending in (".hea", ".HEA")]
    elif path.is_file():
        return path
    for header in headers:
        if header.is_file():
            return header
    if path.is_file():
        raise ValueError(
            f"{path}: has no header {headers[0].name} beside it, which tells how to read it; copy "
            "it there"
        )
    raise ValueError(f"{path}: no such file; name a .hea, .edf, .bdf or .csv file, or a folder")


def _in_folder(folder: Path) -> list[Path]:
    files = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _ENDINGS
        and not path.name.startswith(".")
        and not path.name.lower().endswith(BEATS_ENDING)
        and path.is_file()
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
            continue  # it is told when the recording is opened
    return names
