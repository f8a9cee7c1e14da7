"""Deletes what is past its lifetime, and what crashes left behind."""

import threading
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from ecgfuse.serve.database.tables import AnalysisRow, Owner, RecordingRow, Upload, now
from ecgfuse.serve.files.deletion import delete_recording, delete_upload
from ecgfuse.serve.files.storage import Kind
from ecgfuse.serve.processes.logs import get_logger
from ecgfuse.serve.services import Services

EVERY_S = 600.0
"""Time between two rounds."""

UPLOAD_LIFETIME = timedelta(days=1)
"""How long a file may be in transfer, or wait to become a recording."""

OWNER_LIFETIME = timedelta(days=1)
"""How long an owner without recordings is remembered; the row comes back with the browser."""

ORPHAN_AGE_S = 3600.0
"""Age of a folder without a row at which it is deleted: a new one has its row in a moment."""

_ROWS: tuple[tuple[Kind, type[Upload] | type[RecordingRow] | type[AnalysisRow]], ...] = (
    ("uploads", Upload),
    ("recordings", RecordingRow),
    ("analyses", AnalysisRow),
)


def keep_tidy(services: Services, *, stop: threading.Event) -> None:
    """Tidy up now and then, until `stop` is set. A failure is logged and tried again."""
    while True:
        try:
            tidy_up(services, at=now())
        except Exception as error:  # such as a locked database
            get_logger(__name__).error("housekeeping failed", exc_info=error)
        if stop.wait(EVERY_S):
            return


def tidy_up(services: Services, *, at: datetime) -> None:
    """Delete what is too old at a time; several processes may do it at once.

    Args:
        services: those of this process.
        at: the time, usually now.
    """
    lifetime = timedelta(days=services.settings.lifetime_days)
    with services.database.reading() as session:
        recordings = session.execute(
            select(RecordingRow.id, RecordingRow.owner_id).where(
                RecordingRow.last_used < at - lifetime
            )
        ).all()
        uploads = session.execute(
            select(Upload.id, Upload.owner_id).where(Upload.created < at - UPLOAD_LIFETIME)
        ).all()
    if lifetime:
        for recording_id, owner_id in recordings:
            delete_recording(services, owner_id=owner_id, recording_id=recording_id)
    for upload_id, owner_id in uploads:
        delete_upload(services, owner_id=owner_id, upload_id=upload_id)
    _forget_owners(services, before=at - OWNER_LIFETIME)
    for kind, table in _ROWS:
        _delete_orphans(services, kind=kind, table=table, before=at.timestamp() - ORPHAN_AGE_S)
    services.storage.empty_trash()
    services.database.forget_deleted()


def _forget_owners(services: Services, *, before: datetime) -> None:
    """Delete owners that have nothing."""
    has_something = exists().where(RecordingRow.owner_id == Owner.id) | exists().where(
        Upload.owner_id == Owner.id
    )
    with services.database.session() as session:
        session.execute(delete(Owner).where(Owner.created < before, ~has_something))


def _delete_orphans(
    services: Services,
    *,
    kind: Kind,
    table: type[Upload] | type[RecordingRow] | type[AnalysisRow],
    before: float,
) -> None:
    """Delete old folders that no row knows."""
    old = {id for id, changed in services.storage.ids(kind) if changed < before}
    for some in _parts(sorted(old)):
        with services.database.reading() as session:
            known = set(session.scalars(select(table.id).where(table.id.in_(some))))
        for id in set(some) - known:
            services.storage.delete(kind, id)


def _parts(ids: list[str], *, size: int = 500) -> Iterable[list[str]]:
    """Parts of a list, as a query takes a limited number of values."""
    return (ids[first : first + size] for first in range(0, len(ids), size))
