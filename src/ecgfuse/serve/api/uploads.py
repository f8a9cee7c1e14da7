"""Uploads: announce a file, send it piece by piece, go on after a lost connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from ecgfuse.serve.access.security import current_owner
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.api.spec import blueprint, problems
from ecgfuse.serve.database.tables import Upload
from ecgfuse.serve.files.deletion import delete_upload
from ecgfuse.serve.files.ids import is_id
from ecgfuse.serve.services import services
from ecgfuse.serve.settings import CHUNK_BYTES

PIECE_TYPE = "application/offset+octet-stream"
_LARGEST = 2**53 - 1

blp = blueprint("uploads", description="Files in transfer, piece by piece")


class NewUpload(Schema):
    """A file that will be sent."""

    name = fields.String(
        required=True,
        validate=validate.Length(min=1, max=255),
        metadata={"description": "It never names a file on the server"},
    )
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=_LARGEST))


class UploadSchema(Schema):
    """A file in transfer."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    offset = fields.Integer(required=True, metadata={"description": "Bytes received so far"})
    chunk_bytes = fields.Integer(required=True, metadata={"description": "Largest piece"})


class UploadOffset(Schema):
    """Where a piece belongs."""

    offset = fields.Integer(
        required=True,
        data_key="Upload-Offset",
        validate=validate.Range(min=0, max=_LARGEST),
        metadata={"description": "Bytes before the piece"},
    )


@blp.post("/uploads")
@problems(422, 507)
@blp.arguments(NewUpload)
@blp.response(201, UploadSchema)
def create(new: dict[str, Any]) -> dict[str, Any]:
    """Announce a file."""
    from ecgfuse.serve.files.storage import NoRoomError
    from ecgfuse.serve.intake.uploads import create_upload

    try:
        return _represent(create_upload(services(), owner_id=current_owner(), **new))
    except NoRoomError:
        raise
    except ValueError as error:
        refuse(422, str(error))


@blp.get("/uploads/<upload_id>")
@problems(404)
@blp.response(200, UploadSchema)
def get(upload_id: str) -> dict[str, Any]:
    """How much of a file has arrived."""
    from ecgfuse.serve.intake.uploads import find_upload

    with _found():
        return _represent(find_upload(services(), owner_id=current_owner(), upload_id=upload_id))


@blp.patch("/uploads/<upload_id>")
@blp.doc(
    requestBody={
        "required": True,
        "content": {
            PIECE_TYPE: {"schema": {"type": "string", "format": "binary"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
)
@problems(404, 409, 413, 422, 507)
@blp.arguments(UploadOffset, location="headers")
@blp.response(200, UploadSchema)
def append(headers: dict[str, Any], upload_id: str) -> dict[str, Any]:
    """Append a piece; 409 with the right offset if it does not continue the file."""
    from ecgfuse.serve.intake.uploads import OffsetError, append_piece, find_upload

    whose = {"owner_id": current_owner(), "upload_id": upload_id}
    with _found():
        find_upload(services(), **whose)
        piece = request.get_data(cache=False)
        if len(piece) > CHUNK_BYTES:
            refuse(413, f"the piece is too large; send at most {CHUNK_BYTES:,} bytes at once")
        try:
            append_piece(services(), offset=headers["offset"], piece=piece, **whose)
        except OffsetError as error:
            refuse(409, str(error), offset=error.offset)
        except ValueError as error:
            refuse(422, str(error))
        return _represent(find_upload(services(), **whose))


@blp.delete("/uploads/<upload_id>")
@problems(404)
@blp.response(204)
def delete(upload_id: str) -> None:
    """Give up an upload, and delete what has arrived."""
    known = is_id(upload_id) and delete_upload(
        services(), owner_id=current_owner(), upload_id=upload_id
    )
    if not known:
        refuse(404, "there is no such upload; it may have expired")


@contextmanager
def _found() -> Iterator[None]:
    """End the request with 404 if there is no such upload."""
    from ecgfuse.serve.intake.uploads import UnknownUploadError

    try:
        yield
    except UnknownUploadError as error:
        refuse(404, str(error))


def _represent(upload: Upload) -> dict[str, Any]:
    return {
        "id": upload.id,
        "name": upload.name,
        "size": upload.size,
        "offset": upload.received,
        "chunk_bytes": CHUNK_BYTES,
    }
