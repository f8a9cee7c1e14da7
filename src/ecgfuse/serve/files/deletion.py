"""Deletion of recordings, with everything that was made of them."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ecgfuse.serve.database.connect import is_full
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow, Upload
from ecgfuse.serve.files.reserve import give_up_reserve
from ecgfuse.serve.services import Services

_FoundT = TypeVar("_FoundT")


def delete_recording(services: Services, *, owner_id: str, recording_id: str) -> bool:
    """Delete a recording, its analyses and their corrections; rows and files.

    The rows are deleted first: from then on nobody finds the recording. Files that a crash leaves
    are deleted by `tidy_up`.

    Returns:
        Whether this owner had such a recording.
    """

    def delete_rows(session: Session) -> list[str] | None:
        of_owner = (RecordingRow.id == recording_id, RecordingRow.owner_id == owner_id)
        if session.scalar(select(RecordingRow.id).where(*of_owner)) is None:
            return None
        query = select(AnalysisRow.id).where(AnalysisRow.recording_id == recording_id)
        analyses = list(session.scalars(query))
        session.execute(delete(RecordingRow).where(*of_owner))
        return analyses

    analyses = _write(services, delete_rows)
    if analyses is None:
        return False
    for analysis_id in analyses:
        services.storage.delete("analyses", analysis_id)
    services.storage.delete("recordings", recording_id)
    services.database.forget_deleted()
    return True


def delete_upload(services: Services, *, owner_id: str, upload_id: str) -> bool:
    """Delete a file in transfer, its row and what was received of it.

    Returns:
        Whether this owner had such an upload.
    """

    def delete_row(session: Session) -> bool:
        query = select(Upload).where(Upload.id == upload_id, Upload.owner_id == owner_id)
        upload = session.scalar(query)
        if upload is not None:
            session.delete(upload)
        return upload is not None

    if not _write(services, delete_row):
        return False
    services.storage.delete("uploads", upload_id)
    services.database.forget_deleted()
    return True


def _write(services: Services, work: Callable[[Session], _FoundT]) -> _FoundT:
    """Do something in a transaction, also on a full disk, for which there is a reserve."""
    try:
        with services.database.session() as session:
            return work(session)
    except OperationalError as error:
        if not (is_full(error) and give_up_reserve(services.storage.folder)):
            raise
    with services.database.session() as session:
        return work(session)
