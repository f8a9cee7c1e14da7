"""Recordings and analyses of whoever asks; those of others are not found."""

from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecgfuse.serve.access.security import current_owner
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow
from ecgfuse.serve.files.ids import is_id

DONE = "done"
_ENDED = {"failed": "failed", "cancelled": "was cancelled"}


def find_recording(session: Session, recording_id: str) -> RecordingRow:
    """A recording of the person; the request ends with 404 without it."""
    if not is_id(recording_id):
        _not_found("recording")
    query = select(RecordingRow).where(
        RecordingRow.id == recording_id, RecordingRow.owner_id == current_owner()
    )
    row = session.scalar(query)
    if row is None:
        _not_found("recording")
    return row


def find_analysis(session: Session, analysis_id: str) -> tuple[AnalysisRow, RecordingRow]:
    """An analysis of a recording of the person, and the recording; 404 without it."""
    if not is_id(analysis_id):
        _not_found("analysis")
    query = (
        select(AnalysisRow, RecordingRow)
        .join(RecordingRow, AnalysisRow.recording_id == RecordingRow.id)
        .where(AnalysisRow.id == analysis_id, RecordingRow.owner_id == current_owner())
    )
    found = session.execute(query).one_or_none()
    if found is None:
        _not_found("analysis")
    return found[0], found[1]


def require_done(analysis: AnalysisRow) -> None:
    """End the request with 409 unless the analysis is done."""
    if analysis.status == DONE:
        return
    if analysis.status in _ENDED:
        reason = f": {analysis.error}" if analysis.error else ""
        refuse(409, f"the analysis {_ENDED[analysis.status]}{reason}; start another one")
    refuse(409, "the analysis is not done yet; ask again when its status is done")


def _not_found(what: str) -> NoReturn:
    refuse(404, f"there is no such {what}; it may have been deleted")
