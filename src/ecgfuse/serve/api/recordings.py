"""Recordings: list, look at and delete them."""

from datetime import timedelta
from typing import Any

from flask_smorest.pagination import PaginationParameters
from sqlalchemy import func, select

from ecgfuse.serve.access.security import current_owner
from ecgfuse.serve.api.access import find_recording
from ecgfuse.serve.api.represent import RecordingSchema, recordings_with_analyses
from ecgfuse.serve.api.spec import blueprint, problems
from ecgfuse.serve.database.tables import RecordingRow, now
from ecgfuse.serve.files.deletion import delete_recording
from ecgfuse.serve.services import services

PAGE_SIZE, LARGEST_PAGE = 25, 100
_LARGEST_OFFSET = 2**62
"""Of the integers of databases."""
_USE_NOTED = timedelta(hours=1)
"""A later use is written down only after so long, since every look would be a write otherwise."""

blp = blueprint("recordings", description="Recordings and their analyses")


@blp.get("/recordings")
@blp.response(200, RecordingSchema(many=True))
@blp.paginate(page_size=PAGE_SIZE, max_page_size=LARGEST_PAGE)
def list_(pagination_parameters: PaginationParameters) -> list[dict[str, Any]]:
    """The recordings of the person, the newest first."""
    own = RecordingRow.owner_id == current_owner()
    query = select(RecordingRow).where(own)
    query = query.order_by(RecordingRow.created.desc(), RecordingRow.id)
    first = min(pagination_parameters.first_item, _LARGEST_OFFSET)
    page = query.offset(first).limit(pagination_parameters.page_size)
    with services().database.reading() as session:
        count = select(func.count()).select_from(RecordingRow).where(own)
        pagination_parameters.item_count = session.scalar(count)
        return recordings_with_analyses(session, session.scalars(page).all())


@blp.get("/recordings/<recording_id>")
@problems(404)
@blp.response(200, RecordingSchema)
def get(recording_id: str) -> dict[str, Any]:
    """A recording with its analyses."""
    with services().database.reading() as session:
        row = find_recording(session, recording_id)
        (found,) = recordings_with_analyses(session, [row])
    if now() - row.last_used > _USE_NOTED:
        with services().database.session() as session:
            find_recording(session, recording_id).last_used = now()
    return found


@blp.delete("/recordings/<recording_id>")
@problems(404)
@blp.response(204)
def delete(recording_id: str) -> None:
    """Delete a recording with its files, analyses and corrections. There is no way back."""
    with services().database.reading() as session:
        find_recording(session, recording_id)
    delete_recording(services(), owner_id=current_owner(), recording_id=recording_id)
