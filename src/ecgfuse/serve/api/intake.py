"""POST /recordings: uploaded files become recordings, whose analyses start."""

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from ecgfuse.serve.access.security import current_owner
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.api.represent import RecordingSchema, Sentence, recordings_with_analyses
from ecgfuse.serve.api.spec import blueprint, problems
from ecgfuse.serve.files.deletion import delete_recording
from ecgfuse.serve.models import require_model
from ecgfuse.serve.performance import SINGLE_BEATS
from ecgfuse.serve.services import services
from ecgfuse.serve.starting import choose_model, start_analysis

if TYPE_CHECKING:
    from ecgfuse.serve.intake.intake import Intake

MOST_UPLOADS = 200
"""Files in one request."""
UNITS = ("mV", "uV", "V", "nV")
LABEL_COLUMNS = ("none", "first", "last")

blp = blueprint("intake", description="Uploaded files become recordings")


class NewRecordings(Schema):
    """Finished uploads, and what the person says about them."""

    uploads = fields.List(
        fields.String(validate=validate.Length(max=22)),
        required=True,
        validate=validate.Length(min=1, max=MOST_UPLOADS),
        metadata={"description": "Ids of uploads; files of one record belong together"},
    )
    model = fields.String(load_default=None, validate=validate.Length(min=1, max=100))
    kind = fields.String(
        load_default=None,
        validate=validate.OneOf(["recording", SINGLE_BEATS]),
        metadata={"description": "What a table holds; by its width without it"},
    )
    fs = fields.Float(
        load_default=None,
        validate=validate.Range(min=0, max=1e6, min_inclusive=False),
        metadata={"description": "Sampling rate in Hz of files that declare none"},
    )
    units = fields.String(load_default=None, validate=validate.OneOf(UNITS))
    lead = fields.String(load_default=None, validate=validate.Length(min=1, max=100))
    label_column = fields.String(
        load_default=None,
        validate=validate.OneOf(LABEL_COLUMNS),
        metadata={"description": "Of a table of single beats: which column is a label"},
    )


class FileProblemSchema(Schema):
    """Why a file is part of no recording."""

    file = fields.String(required=True)
    detail = Sentence(required=True)


class IntakeSchema(Schema):
    """What became of files that were sent together."""

    recordings = fields.List(fields.Nested(RecordingSchema), required=True)
    problems = fields.List(fields.Nested(FileProblemSchema), required=True)


@blp.post("/recordings")
@problems(422, 507)
@blp.arguments(NewRecordings)
@blp.response(201, IntakeSchema)
def create(new: dict[str, Any]) -> dict[str, Any]:
    """Make recordings of uploads and start their analyses; files that cannot be used are listed."""
    from ecgfuse.serve.intake.intake import IntakeOptions, take_in_uploads
    from ecgfuse.serve.intake.uploads import UnknownUploadError

    uploads, model = new.pop("uploads"), new.pop("model")
    require_known(model)
    try:
        intake = take_in_uploads(
            services(),
            owner_id=current_owner(),
            upload_ids=uploads,
            options=IntakeOptions(**new),
        )
    except UnknownUploadError as error:
        refuse(422, f"uploads: {error}")
    return started(intake, model=model, lead=new["lead"])


def require_known(model: str | None) -> None:
    """End the request with 422 if there is no such model."""
    if model is not None:
        try:
            require_model(model)
        except ValueError as error:
            refuse(422, str(error))


def started(intake: "Intake", *, model: str | None, lead: str | None = None) -> dict[str, Any]:
    """Start the analyses of new recordings, for `IntakeSchema`; delete those without a model.

    Args:
        model: wanted by the person.
        lead: likewise.
    """
    found = [{"file": one.file, "detail": one.detail} for one in intake.problems]
    kept = []
    for row in intake.recordings:
        try:
            chosen = choose_model(row.kind, wanted=model, default=services().settings.model)
        except ValueError as error:
            found.append({"file": row.name, "detail": str(error)})
            delete_recording(services(), owner_id=row.owner_id, recording_id=row.id)
        else:
            start_analysis(services(), recording=row, model=chosen, lead=lead)
            kept.append(row)
    with services().database.reading() as session:
        recordings = recordings_with_analyses(session, kept)
    return {"recordings": recordings, "problems": found}
