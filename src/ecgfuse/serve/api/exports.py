"""Files to take away: annotation, table, report and strips."""

from io import BytesIO
from typing import Any

from flask import Response, send_file
from marshmallow import Schema, fields, validate

from ecgfuse.serve.api.beats import time_field
from ecgfuse.serve.api.conditional import ETAG, tagged
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.api.spec import blueprint, problems

TYPES = {
    "annotation": "application/octet-stream",
    "beats.csv": "text/csv",
    "report.json": "application/json",
    "strip.svg": "image/svg+xml",
    "strip.png": "image/png",
}
"""What can be taken away -> its media type."""
BINARY = {"type": "string", "format": "binary"}
_STRIP_S = 10.0

blp = blueprint("exports", description="Files of the corrected labels to take away")


class ExportQuery(Schema):
    """Which part; strips alone have one."""

    from_s = time_field(load_default=0.0)
    to_s = time_field(load_default=None)
    lead = fields.String(
        load_default=None,
        validate=validate.Length(max=100),
        metadata={"description": "Of a strip; all leads without it"},
    )


def _every_type(function: Any) -> Any:
    """Document all media types but the first."""
    for media_type in list(TYPES.values())[1:]:
        schema = {"type": "object"} if media_type == "application/json" else BINARY
        document = blp.alt_response(200, schema=schema, content_type=media_type, success=True)
        function = document(function)
    return function


@blp.get("/analyses/<analysis_id>/export/<what>")
@blp.doc(
    parameters=[
        {
            "in": "path",
            "name": "what",
            "required": True,
            "schema": {"type": "string", "enum": list(TYPES)},
        }
    ]
)
@problems(404, 409)
@blp.arguments(ExportQuery, location="query")
@_every_type
@blp.response(
    200,
    BINARY,
    content_type=TYPES["annotation"],
    headers=ETAG,
    description="The file; its media type depends on what it is",
)
def export(query: dict[str, Any], analysis_id: str, what: str) -> Any:
    """A file, with its name in Content-Disposition."""
    from ecgfuse.serve.api.answers.files import file_of
    from ecgfuse.serve.api.answers.labelled import open_labelled

    if what not in TYPES:
        refuse(404, f"there is no file {what!r}; choose one of: {', '.join(TYPES)}")
    labelled = open_labelled(analysis_id)
    to_s = query["from_s"] + _STRIP_S if query["to_s"] is None else query["to_s"]
    try:
        file = file_of(labelled, what=what, from_s=query["from_s"], to_s=to_s, lead=query["lead"])
    except ValueError as error:
        refuse(422, str(error))
    return tagged(_response(file.content, name=file.name, what=what), labelled.tag)


def _response(content: bytes, *, name: str, what: str) -> Response:
    """A download; a browser never shows it as a page of this site."""
    return send_file(BytesIO(content), mimetype=TYPES[what], as_attachment=True, download_name=name)
