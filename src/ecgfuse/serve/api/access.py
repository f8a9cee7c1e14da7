"""Recordings and analyses of whoever asks; those of others are not found."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from ecgfuse.serve.access.security import current_owner
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow
from ecgfuse.serve.files.ids import is_id
from ecgfuse.serve.jobs.progress import CANCELLED, DONE, FAILED

_NO_RECORDING = "there is no such recording; it may have been deleted"
_NO_ANALYSIS = "there is no such analysis; it may have been deleted"


def find_recording(session: Session, recording_id: str) -> RecordingRow:
    """A recording of the person; the request ends with 404 without it."""
    if not is_id(recording_id):
        refuse(404, _NO_RECORDING)
    query = select(RecordingRow).where(
        RecordingRow.id == recording_id, RecordingRow.owner_id == current_owner()
    )
    row = session.scalar(query)
    if row is None:
        refuse(404, _NO_RECORDING)
    return row


def find_analysis(session: Session, analysis_id: str) -> tuple[AnalysisRow, RecordingRow]:
    """An analysis of a recording of the person, and the recording; 404 without it."""
    if not is_id(analysis_id):
        refuse(404, _NO_ANALYSIS)
    query = (
        select(AnalysisRow, RecordingRow)
        .join(RecordingRow, AnalysisRow.recording_id == RecordingRow.id)
        .where(AnalysisRow.id == analysis_id, RecordingRow.owner_id == current_owner())
    )
    found = session.execute(query).one_or_none()
    if found is None:
        refuse(404, _NO_ANALYSIS)
    return found[0], found[1]


def require_done(analysis: AnalysisRow) -> None:
    """End the request with 409 unless the analysis is done."""
    if analysis.status == DONE:
        return
    if analysis.error:
        refuse(409, f"the analysis failed: {analysis.error}; start another one")
    if analysis.status == FAILED:
        refuse(409, "the analysis failed; start another one")
    if analysis.status == CANCELLED:
        refuse(409, "the analysis was cancelled; start another one")
    refuse(409, "the analysis is not done yet; ask again when its status is done")
