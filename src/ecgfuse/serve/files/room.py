"""Room for what is on its way: announced uploads, and results that are not written yet.

A promise to one person counts for all others from the moment at which its row is written. Rows are
written one at a time, so that the quota is kept, too, when many come at once.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecgfuse.serve.analysis.pyramid import BYTES_PER_SAMPLE, FOLDER, has_pyramid
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow, Upload
from ecgfuse.serve.services import Services

_NOT_DONE = ("queued", "running")
_FS = 360.0
"""Sampling rate in Hz at which most models take a lead."""
_LEAST_BYTES, _BYTES_PER_SAMPLE = 2**20, 3
"""Size of a result: beats, attention, and the filtered lead."""


@dataclass(frozen=True, kw_only=True)
class _Promise:
    """What somebody was promised."""

    size: int
    """Of the quota."""
    missing: int
    """Bytes that are not on the disk yet."""


@contextmanager
def promised(services: Services, n_bytes: int) -> Iterator[Session]:
    """A transaction that writes the row of what needs so many bytes, if there is room for them.

    What is finished or deleted meanwhile may count twice: room can be refused a moment too early,
    but the quota is never exceeded.

    Args:
        services: of the application.
        n_bytes: that will be needed.

    Raises:
        NoRoomError: the quota or the disk has no room for them beside all that was promised.
    """
    with services.database.reading() as session:
        before = _promises(session)
    stored = services.storage.stored_bytes()  # takes time
    with services.database.alone() as session:
        found = {**before, **_promises(session)}.values()
        services.storage.require_room(
            n_bytes,
            used=stored + sum(one.size for one in found),
            coming=sum(one.missing for one in found),
        )
        yield session


def first_result_bytes(recording: RecordingRow) -> int:
    """About how large the first result of a recording will be, its signals included."""
    return _signal_bytes(recording) + _lead_bytes(recording)


def further_result_bytes(recording: RecordingRow, *, services: Services) -> int:
    """About how large another result will be."""
    home = services.storage.folder_of("recordings", recording.id)
    return _lead_bytes(recording) + (0 if has_pyramid(home / FOLDER) else _signal_bytes(recording))


def _signal_bytes(recording: RecordingRow) -> int:
    """Signals at all resolutions."""
    if recording.fs is None or recording.n_samples is None:
        # A number in a table has two bytes or more, like one in a pyramid.
        return round(recording.bytes * BYTES_PER_SAMPLE / 2)
    return round(recording.n_samples * len(recording.leads) * BYTES_PER_SAMPLE)


def _lead_bytes(recording: RecordingRow) -> int:
    """What belongs to one analysis."""
    if recording.fs is None or recording.n_samples is None:
        return _LEAST_BYTES + recording.bytes
    n_samples = recording.n_samples * max(1.0, _FS / recording.fs)
    return _LEAST_BYTES + round(_BYTES_PER_SAMPLE * n_samples)


def _promises(session: Session) -> dict[str, _Promise]:
    """What was promised, by the id of the upload, recording or analysis."""
    uploads = session.execute(select(Upload.id, Upload.size, Upload.received))
    found = {id: _Promise(size=size, missing=size - there) for id, size, there in uploads}
    expected = session.execute(
        select(RecordingRow, AnalysisRow.id)
        .outerjoin(AnalysisRow, AnalysisRow.recording_id == RecordingRow.id)
        .where(AnalysisRow.id.is_(None) | AnalysisRow.status.in_(_NOT_DONE))
    )
    for recording, id in expected:
        lead = (id or f"first of {recording.id}", _lead_bytes(recording))
        for key, size in ((recording.id, _signal_bytes(recording)), lead):
            found[key] = _Promise(size=size, missing=size)
    return found
