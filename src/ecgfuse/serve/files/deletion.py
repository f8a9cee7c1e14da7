"""Deletion of recordings, with everything that was made of them."""

from sqlalchemy import delete, select

from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow, Upload
from ecgfuse.serve.services import Services


def delete_recording(services: Services, *, owner_id: str, recording_id: str) -> bool:
    """Delete a recording, its analyses and their corrections; rows and files.

    The rows are deleted first: from then on nobody finds the recording. Files that a crash leaves
    are deleted by `tidy_up`.

    Returns:
        Whether this owner had such a recording.
    """
    with services.database.session() as session:
        found = session.scalar(
            select(RecordingRow.id).where(
                RecordingRow.id == recording_id, RecordingRow.owner_id == owner_id
            )
        )
        if found is None:
            return False
        analyses = session.scalars(
            select(AnalysisRow.id).where(AnalysisRow.recording_id == recording_id)
        ).all()
        session.execute(delete(RecordingRow).where(RecordingRow.id == recording_id))
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
    with services.database.session() as session:
        upload = session.scalar(
            select(Upload).where(Upload.id == upload_id, Upload.owner_id == owner_id)
        )
        if upload is None:
            return False
        session.delete(upload)
    services.storage.delete("uploads", upload_id)
    services.database.forget_deleted()
    return True
