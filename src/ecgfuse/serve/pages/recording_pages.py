"""The recording that a page is about."""

from dataclasses import dataclass

from flask import abort

from ecgfuse.serve.access.security import current_owner
from ecgfuse.serve.database.tables import RecordingRow
from ecgfuse.serve.services import services


@dataclass(frozen=True, kw_only=True)
class PageRecording:
    """What the frame of a page tells of a recording before the API answers."""

    id: str
    name: str
    kind: str
    """wfdb, edf, csv or single_beats."""


def find_recording(recording_id: str) -> PageRecording:
    """The recording of this id, if it belongs to whoever asks; else the page is not found."""
    owner_id = current_owner()
    with services().database.reading() as session:
        row = session.get(RecordingRow, recording_id)
    if row is None or row.owner_id != owner_id:
        abort(404)
    return PageRecording(id=row.id, name=row.name, kind=row.kind)
