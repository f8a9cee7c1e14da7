"""Corrections of labels: make, undo, redo and list them."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from ecgfuse.serve.api.access import find_analysis
from ecgfuse.serve.api.conditional import VERSION_PATTERN, expected_version
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.api.spec import blueprint, problems
from ecgfuse.serve.corrections import (
    Change,
    VersionConflictError,
    can_redo,
    can_undo,
    correct,
    read_corrections,
    redo,
    undo,
)
from ecgfuse.serve.services import services

blp = blueprint("corrections", description="Corrected labels, with undo and redo")

_LARGEST_SAMPLE = 2**53 - 1


class IfMatch(Schema):
    """The version that a change is made for."""

    if_match = fields.String(
        data_key="If-Match",
        metadata={
            "description": "Version of the labels that was seen, or its ETag; * for any. Required: "
            "428 without it, and 412 if the labels have changed since",
            "pattern": VERSION_PATTERN,
        },
    )


class NewCorrection(Schema):
    """A beat and its new class."""

    sample = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=0, max=_LARGEST_SAMPLE)
    )
    to_class = fields.String(required=True, validate=validate.Length(max=16))


class CorrectionSchema(Schema):
    """One entry of the log."""

    number = fields.Integer(required=True)
    sample = fields.Integer(required=True)
    from_class = fields.String(required=True)
    to_class = fields.String(required=True)
    undone = fields.Boolean(required=True)
    superseded = fields.Boolean(
        required=True, metadata={"description": "Undone and replaced: no longer to be redone"}
    )
    created = fields.DateTime(required=True, format="iso")


class ChangeSchema(Schema):
    """A change that was made, and the version after it."""

    version = fields.Integer(required=True)
    correction = fields.Nested(CorrectionSchema, required=True)


class LogSchema(Schema):
    """All corrections of an analysis in order."""

    version = fields.Integer(required=True)
    can_undo = fields.Boolean(required=True)
    can_redo = fields.Boolean(required=True)
    corrections = fields.List(fields.Nested(CorrectionSchema), required=True)


@blp.get("/analyses/<analysis_id>/corrections")
@problems(404)
@blp.response(200, LogSchema)
def log(analysis_id: str) -> dict[str, Any]:
    """The log of corrections, undone ones included."""
    with services().database.reading() as session:
        analysis, _ = find_analysis(session, analysis_id)
        found = read_corrections(session, analysis_id=analysis_id)
    return {
        "version": analysis.version,
        "can_undo": can_undo(found),
        "can_redo": can_redo(found),
        "corrections": found,
    }


@blp.post("/analyses/<analysis_id>/corrections")
@problems(400, 404, 409, 412, 428)
@blp.arguments(IfMatch, location="headers")
@blp.arguments(NewCorrection)
@blp.response(201, ChangeSchema)
def add(headers: dict[str, Any], new: dict[str, Any], analysis_id: str) -> Any:
    """Give a beat another label; it is saved at once."""
    from ecgfuse.serve.api.answers.beats import row_of
    from ecgfuse.serve.api.answers.labelled import open_labelled

    version = expected_version(headers.get("if_match"))
    labelled = open_labelled(analysis_id, conditional=False)
    sample, to_class = new["sample"], new["to_class"]
    if to_class not in labelled.classes.columns:
        refuse(
            422,
            f"to_class {to_class!r} is no class of the model; use one of "
            f"{', '.join(labelled.classes.columns)}",
        )
    row = row_of(labelled.result.beats, sample=sample)
    if row is None:
        refuse(422, f"there is no beat at sample {sample}; take one of the list of beats")
    return _change(
        lambda session: correct(
            session,
            analysis_id=analysis_id,
            version=version,
            sample=sample,
            model_class=str(labelled.result.beats["class"].iat[row]),
            to_class=to_class,
        ),
        analysis_id=analysis_id,
    )


@blp.post("/analyses/<analysis_id>/corrections/undo")
@problems(400, 404, 409, 412, 422, 428)
@blp.arguments(IfMatch, location="headers")
@blp.response(200, ChangeSchema)
def undo_(headers: dict[str, Any], analysis_id: str) -> Any:
    """Undo the latest correction in force; 409 if there is none."""
    version = expected_version(headers.get("if_match"))
    return _change(
        lambda session: undo(session, analysis_id=analysis_id, version=version),
        analysis_id=analysis_id,
    )


@blp.post("/analyses/<analysis_id>/corrections/redo")
@problems(400, 404, 409, 412, 422, 428)
@blp.arguments(IfMatch, location="headers")
@blp.response(200, ChangeSchema)
def redo_(headers: dict[str, Any], analysis_id: str) -> Any:
    """Put the correction undone last in force again; 409 if there is none."""
    version = expected_version(headers.get("if_match"))
    return _change(
        lambda session: redo(session, analysis_id=analysis_id, version=version),
        analysis_id=analysis_id,
    )


def _change(work: Callable[[Session], Change], *, analysis_id: str) -> Change:
    """Do a change in one transaction, if the analysis is the person's."""
    try:
        with services().database.session() as session:
            find_analysis(session, analysis_id)
            return work(session)
    except VersionConflictError as error:
        refuse(412, f"{error}; look at them and change them again", version=error.version)
    except ValueError as error:
        refuse(409, str(error))
