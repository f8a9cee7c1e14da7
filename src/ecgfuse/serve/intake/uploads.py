"""Files in transfer: piece by piece, so that a lost connection loses little.

A file is stored under the id of its upload, never under its own name.
"""

import os
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult

from ecgfuse.serve.database.tables import Upload, now
from ecgfuse.serve.files.ids import is_id
from ecgfuse.serve.files.reserve import require_some_room
from ecgfuse.serve.files.room import promised
from ecgfuse.serve.files.storage import Storage
from ecgfuse.serve.intake.file_names import plain_name
from ecgfuse.serve.services import Services

_FILE = "data"


class UnknownUploadError(LookupError):
    """There is no such upload of this person."""


class OffsetError(ValueError):
    """A piece does not continue the file; `offset` is where it has to."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"{offset:,} bytes have arrived; continue there")
        self.offset = offset


def upload_path(storage: Storage, upload_id: str) -> Path:
    """The file of an upload."""
    return storage.folder_of("uploads", upload_id) / _FILE


def create_upload(services: Services, *, owner_id: str, name: str, size: int) -> Upload:
    """Announce a file.

    Args:
        name: that the person gave it.
        size: in bytes.

    Raises:
        ValueError: name or size are not acceptable.
        NoRoomError: there is no room for it, also in view of what others have announced.
    """
    plain, most = plain_name(name), services.settings.max_file_bytes
    if size <= 0:
        raise ValueError(f"{plain} is empty; copy it again, and look at its size before")
    if size > most:
        raise ValueError(
            f"{plain} has {size / 2**20:,.0f} MB, but a file may have {most / 2**20:,.0f} MB; cut "
            "the recording, or ask the administrator for a higher limit (--max-file-mb)"
        )
    with promised(services, size) as session:
        upload = Upload(owner_id=owner_id, name=plain, size=size, received=0)
        session.add(upload)
    upload_path(services.storage, upload.id).touch(mode=0o600)
    return upload


def find_upload(services: Services, *, owner_id: str, upload_id: str) -> Upload:
    """An upload of a person.

    Raises:
        UnknownUploadError: there is none.
    """
    with services.database.reading() as session:
        query = select(Upload).where(Upload.id == upload_id, Upload.owner_id == owner_id)
        upload = session.scalar(query) if is_id(upload_id) else None
    if upload is None:
        raise UnknownUploadError("there is no such upload; it may have expired: start it again")
    return upload


def append_piece(
    services: Services, *, owner_id: str, upload_id: str, offset: int, piece: bytes
) -> int:
    """Append a piece of a file.

    A piece that arrives twice is stored once. Of one whose client goes away, the part that has
    arrived is stored, and the client continues after it.

    Args:
        offset: number of bytes before the piece.

    Returns:
        The number of bytes that have arrived.

    Raises:
        UnknownUploadError: there is no such upload.
        OffsetError: bytes before the piece are missing, or it has arrived already.
        ValueError: the file would become longer than announced.
        OSError: the disk is full.
    """
    upload = find_upload(services, owner_id=owner_id, upload_id=upload_id)
    if offset != upload.received:
        raise OffsetError(upload.received)
    end = offset + len(piece)
    if end > upload.size:
        raise ValueError(
            f"{upload.name} was announced with {upload.size:,} bytes, but {end:,} have been sent; "
            "the file may have changed: start its upload again"
        )
    require_some_room(services.storage.folder)
    _write(upload_path(services.storage, upload_id), offset=offset, piece=piece)
    finished = now() if end == upload.size else None
    with services.database.session() as session:
        changed = session.execute(
            update(Upload)
            .where(Upload.id == upload_id, Upload.received == offset)
            .values(received=end, finished=finished)
        )
    assert isinstance(changed, CursorResult)
    if changed.rowcount == 0 and piece:  # somebody else has sent this piece meanwhile
        latest = find_upload(services, owner_id=owner_id, upload_id=upload_id)
        raise OffsetError(latest.received)
    return end


def _write(path: Path, *, offset: int, piece: bytes) -> None:
    """Write a piece at its place.

    Raises:
        UnknownUploadError: the file was deleted meanwhile.
        OSError: the disk is full.
    """
    try:
        file = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        raise UnknownUploadError("this upload was deleted; start it again") from None
    try:
        view, place = memoryview(piece), offset
        while view:
            written = os.pwrite(file, view, place)
            view, place = view[written:], place + written
    finally:
        os.close(file)
