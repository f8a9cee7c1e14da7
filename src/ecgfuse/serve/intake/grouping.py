"""Which files are one recording: a header with its signal files and annotations, or one file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ecgfuse.recordings.find import BEATS_ENDING
from ecgfuse.recordings.kind import kind_of
from ecgfuse.serve.intake.batch import ANNOTATION, HEADER, Batch, Group, Problem
from ecgfuse.serve.intake.file_names import ending_of, key_of, stem_of
from ecgfuse.serve.intake.wfdb_files import read_headers, segment_files, wfdb_group

_SINGLE = "recording"
"""Name under which a file is stored that no other file names."""
_SAFE_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


def group_files(files: Mapping[str, Path]) -> tuple[list[Group], list[Problem]]:
    """Group files that were chosen together.

    A header may name files of its own stem, and others in the batch to which no header with their
    stem belongs; nothing else. Of a record with segments, all headers are one group.

    Args:
        files: where each file is, by the name that the person gave it; all names are plain, and
            none occurs twice, in whatever spelling.

    Returns:
        Groups in the order of the files, and why files are left over.
    """
    batch = Batch(files)
    read_headers(batch)
    masters = _masters(batch)
    groups: list[Group] = []
    for key, header in batch.headers.items():
        if header is not None and key not in masters:
            groups += wfdb_group(batch, key, header)
        batch.use_companions(key)
    groups += _single_files(batch)
    _refuse_circles(batch, masters=masters, groups=groups)
    order = {name: place for place, name in enumerate(files)}
    return sorted(groups, key=lambda group: order[group.shown]), batch.problems


def _masters(batch: Batch) -> dict[str, set[str]]:
    """Keys of headers that are segments -> names of the headers that name them."""
    masters: dict[str, set[str]] = {}
    for own, header in batch.headers.items():
        if header is not None:
            for key in map(key_of, segment_files(header)):
                masters.setdefault(key, set()).add(batch.names[own])
    return masters


def _refuse_circles(
    batch: Batch, *, masters: Mapping[str, set[str]], groups: Sequence[Group]
) -> None:
    """Refuse headers that are segments of no record: those of damaged ones are explained there."""
    explained = {name for group in groups for name in group.members}
    explained |= {problem.file for problem in batch.problems}
    for key in batch.headers:
        if batch.names[key] not in explained and not masters.get(key, set()) & explained:
            batch.refuse(key, "is a segment of itself; copy the record again")


def _single_files(batch: Batch) -> Iterator[Group]:
    """Groups of the files that no header names."""
    rest = [key for key in batch.names if key not in batch.used]
    annotations = {key for key in rest if ending_of(key) == ANNOTATION}
    for key in rest:
        if key in annotations:
            continue
        name = batch.names[key]
        fault = _fault_of(name, batch.path(key))
        if fault:
            batch.refuse(key, fault)
            continue
        ending = ending_of(name) if _SAFE_ENDING.fullmatch(ending_of(name)) else ""
        stored = {_SINGLE + ending: key}
        annotation = key_of(stem_of(name) + ANNOTATION)
        if annotation in annotations:
            stored[_SINGLE + ANNOTATION] = annotation
            batch.used.add(annotation)
        yield Group(
            name=stem_of(name),
            main=_SINGLE + ending,
            shown=name,
            files={place: batch.path(k) for place, k in stored.items()},
            members=tuple(batch.names[k] for k in stored.values()),
        )
    for key in annotations - batch.used:
        batch.refuse(key, "is an annotation file; choose its recording together with it")


def _fault_of(name: str, path: Path) -> str:
    """Why a file is no recording by itself; "" if it may be one."""
    if name.lower().endswith(BEATS_ENDING):
        return "is a table of beats that ecgfuse wrote, not a recording"
    if ending_of(name) == ".dat" and kind_of(path) not in ("edf", "table"):
        return f"needs its header; choose {stem_of(name)}{HEADER} together with it"
    return ""
