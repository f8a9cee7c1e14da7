"""Which files belong to the header of a WFDB record."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ecgfuse.recordings.wfdb.header import GAP, Header, read_header
from ecgfuse.recordings.wfdb.signal_line import NULL_FORMAT
from ecgfuse.serve.analysis.plain_words import in_plain_words
from ecgfuse.serve.intake.batch import ANNOTATION, HEADER, Batch, Group
from ecgfuse.serve.intake.file_names import ending_of, key_of, plain_name, stem_of

_TOGETHER = "choose all files of a record together; a header can name no others"


def read_headers(batch: Batch) -> None:
    """Read all headers under their own names, which are part of them."""
    with tempfile.TemporaryDirectory(prefix="ecgfuse-") as folder:
        for key, name in batch.names.items():
            if ending_of(name) != HEADER:
                continue
            link = Path(folder) / name
            link.symlink_to(batch.path(key).absolute())
            batch.used.add(key)
            try:
                batch.headers[key] = read_header(link)
            except ValueError as error:
                batch.headers[key] = None
                batch.refuse(key, in_plain_words(str(error), link))


def segment_files(header: Header) -> list[str]:
    """Headers of the segments of a record."""
    return [f"{s.name}{HEADER}" for s in header.segments if s.name != GAP]


def _signal_files(header: Header) -> list[str]:
    return list(dict.fromkeys(s.file for s in header.signals if s.fmt != NULL_FORMAT))


def wfdb_group(batch: Batch, key: str, header: Header) -> Iterator[Group]:
    """The group of a record; nothing if a file is missing."""
    name = batch.names[key]
    stored = {stem_of(name) + HEADER: key}
    try:
        for segment in segment_files(header):
            stored |= _claim_segment(batch, segment)
        stored |= _claim(batch, header, header_key=key)
    except ValueError as error:
        batch.refuse(key, str(error))
        return
    batch.used.update(stored.values())
    annotation = key_of(stem_of(name) + ANNOTATION)
    if annotation in batch.names:
        stored[stem_of(name) + ANNOTATION] = annotation
    yield Group(
        name=stem_of(name),
        main=stem_of(name) + HEADER,
        shown=name,
        files={place: batch.path(k) for place, k in stored.items()},
        members=tuple(batch.names[k] for k in stored.values()),
    )


def _claim_segment(batch: Batch, file: str) -> dict[str, str]:
    """Header and signal files of a segment: the names under which they are stored, and their keys.

    Raises:
        ValueError: one was not chosen, or belongs to another record.
    """
    key = _require(batch, file)
    header = batch.headers.get(key)
    if header is None:
        raise ValueError(f"its segment {file} is damaged; copy the record again")
    try:
        return {plain_name(file): key, **_claim(batch, header, header_key=key)}
    except ValueError as error:
        raise ValueError(f"its segment {file} {error}") from None


def _claim(batch: Batch, header: Header, *, header_key: str) -> dict[str, str]:
    """Signal files of a header: the names under which they are stored, and their keys.

    Raises:
        ValueError: one was not chosen, or belongs to another record.
    """
    claimed = {}
    for file in _signal_files(header):
        key = _require(batch, file)
        owner = key_of(stem_of(file) + HEADER)
        if owner != header_key and (owner in batch.headers or key in batch.used):
            raise ValueError(
                f"names the file {file!r}, which belongs to another record; {_TOGETHER}"
            )
        claimed[plain_name(file)] = key
    return claimed


def _require(batch: Batch, file: str) -> str:
    """Key of a file that a header names.

    Raises:
        ValueError: it was not chosen.
    """
    key = key_of(file)
    if key not in batch.names:
        raise ValueError(f"names the file {file[:80]!r}, which was not chosen; {_TOGETHER}")
    return key
