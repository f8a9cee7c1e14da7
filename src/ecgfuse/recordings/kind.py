"""The format of a recording, known by its content: a file may have any extension."""

import re
from pathlib import Path
from typing import Literal

from ecgfuse.recordings.edf.header import has_edf_mark
from ecgfuse.recordings.wfdb.header import read_header

Kind = Literal["wfdb", "edf", "table"]

_LOOK_BYTES = 1 << 16
_BINARY = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")
"""Control characters that text has not; 0 is in UTF-16, and 26 ends text files of DOS."""


def kind_of(path: Path) -> Kind | None:
    """The format of a file: EDF or BDF by its first bytes, else WFDB by its extension or its lines,
    else a table if it is text; None for any other content.
    """
    with path.open("rb") as file:
        start = file.read(_LOOK_BYTES)
    if has_edf_mark(start) and len(start) >= 256:
        return "edf"
    ending = path.suffix.lower()
    if ending == ".hea":
        return "wfdb"
    if ending in (".edf", ".bdf"):
        return "edf"
    if ending in (".csv", ".tsv", ".txt"):
        return "table"
    if not _is_text(start):
        return None
    return "wfdb" if _is_wfdb_header(path) else "table"


def _is_text(start: bytes) -> bool:
    is_utf16 = start[:2] in (b"\xff\xfe", b"\xfe\xff")
    return is_utf16 or (b"\0" not in start and not _BINARY.search(start))


def _is_wfdb_header(path: Path) -> bool:
    """Whether a file of another extension, such as 100.hea.asc, is the header of a record."""
    try:
        header = read_header(path)
    except ValueError:
        return False
    return bool(header.signals or header.segments)
