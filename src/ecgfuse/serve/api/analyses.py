"""Analyses: start one, follow it, cancel it."""

from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy.exc import IntegrityError

from ecgfuse.serve.api.access import find_analysis, find_recording
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.api.represent import AnalysisSchema
from ecgfuse.serve.api.spec import blueprint, problems
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow
from ecgfuse.serve.jobs import progress
from ecgfuse.serve.models import require_model
from ecgfuse.serve.services import services
from ecgfuse.serve.starting import start_analysis

blp = blueprint("analyses", description="Analyses of recordings by models")


class NewAnalysis(Schema):
    """By which model, of which lead."""

    model = fields.String(required=True, validate=validate.Length(min=1, max=100))
    lead = fields.String(
        allow_none=True,
        load_default=None,
        validate=validate.Length(min=1, max=100),
        metadata={"description": "Name, or number from 1; chosen by the program without it"},
    )


@blp.post("/recordings/<recording_id>/analyses")
@problems(404, 507)
@blp.arguments(NewAnalysis)
@blp.response(202, AnalysisSchema)
def start(new: dict[str, Any], recording_id: str) -> AnalysisRow:
    """Start an analysis, or find that of the same model and lead, again if it has failed."""
    with services().database.reading() as session:
        recording = find_recording(session, recording_id)
    _check(new, recording=recording)
    try:
        return start_analysis(services(), recording=recording, **new)
    except IntegrityError:
        refuse(404, "the recording was deleted meanwhile")


@blp.get("/analyses/<analysis_id>")
@problems(404)
@blp.response(200, AnalysisSchema)
def get(analysis_id: str) -> AnalysisRow:
    """State of an analysis."""
    with services().database.reading() as session:
        return find_analysis(session, analysis_id)[0]


@blp.delete("/analyses/<analysis_id>")
@problems(404, 409)
@blp.response(204)
def cancel(analysis_id: str) -> None:
    """Cancel an analysis; 409 if it has ended already."""
    with services().database.reading() as session:
        analysis, _ = find_analysis(session, analysis_id)
    if not progress.cancel(services().database, analysis_id):
        refuse(409, f"the analysis has ended already: it is {analysis.status}")


def _check(new: dict[str, Any], *, recording: RecordingRow) -> None:
    """End the request with 422 if there is no such model or lead."""
    try:
        require_model(new["model"], kind=recording.kind)
    except ValueError as error:
        refuse(422, str(error))
    lead, leads = new["lead"], recording.leads
    if lead is not None and leads and lead not in leads and not _is_number(lead, n=len(leads)):
        refuse(422, f"lead: the recording has no {lead!r}; choose one of: {', '.join(leads)}")


def _is_number(lead: str, *, n: int) -> bool:
    return lead.isascii() and lead.isdigit() and 1 <= int(lead[:6]) <= n
