"""Rows of the database as the API shows them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow
from ecgfuse.serve.sentences.translate import translate

STATUSES = ("queued", "running", "done", "failed", "cancelled")
KINDS = ("wfdb", "edf", "csv", "single_beats")


def nullable(description: str = "") -> dict[str, Any]:
    """Arguments of a field that is always there and may be null."""
    metadata = {"description": description} if description else {}
    return {"required": True, "allow_none": True, "metadata": metadata}


class Sentence(fields.String):
    """A sentence for a person, in the language of the request if it is a known one."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        text = super()._serialize(value, attr, obj, **kwargs)
        return None if text is None else translate(text)


class AnalysisSchema(Schema):
    """An analysis of a recording by a model."""

    id = fields.String(required=True)
    recording_id = fields.String(required=True)
    model = fields.String(required=True)
    lead = fields.String(**nullable("null: chosen by the program"))
    status = fields.String(required=True, metadata={"enum": list(STATUSES)})
    stage = fields.String(**nullable("reading, detecting, classifying or writing"))
    progress = fields.Float(required=True, metadata={"minimum": 0, "maximum": 1})
    eta_s = fields.Float(**nullable("Expected time left"))
    error = Sentence(**nullable("What is wrong, and how to mend it"))
    version = fields.Integer(required=True, metadata={"description": "Of the corrected labels"})
    created = fields.DateTime(required=True, format="iso")
    finished = fields.DateTime(format="iso", **nullable())


class RecordingSchema(Schema):
    """A recording with its analyses."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": list(KINDS)})
    fs = fields.Float(**nullable("Sampling rate in Hz"))
    n_samples = fields.Integer(**nullable())
    duration_s = fields.Float(**nullable())
    leads = fields.List(fields.String(), required=True)
    start = fields.String(**nullable("Local date and time of the first sample, ISO 8601"))
    warnings = fields.List(Sentence(), required=True)
    has_reference = fields.Boolean(required=True)
    bytes = fields.Integer(required=True)
    created = fields.DateTime(required=True, format="iso")
    analyses = fields.List(fields.Nested(AnalysisSchema), required=True)


def recordings_with_analyses(
    session: Session, rows: Sequence[RecordingRow]
) -> list[dict[str, Any]]:
    """Recordings, each with its analyses in order of creation."""
    ids = [row.id for row in rows]
    query = select(AnalysisRow).where(AnalysisRow.recording_id.in_(ids))
    analyses = session.scalars(query.order_by(AnalysisRow.created, AnalysisRow.id)).all()
    return [
        represent_recording(row, [one for one in analyses if one.recording_id == row.id])
        for row in rows
    ]


def represent_recording(row: RecordingRow, analyses: Iterable[AnalysisRow]) -> dict[str, Any]:
    """One recording."""
    known = row.n_samples is not None and row.fs
    return {
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "fs": row.fs,
        "n_samples": row.n_samples,
        "duration_s": round((row.n_samples or 0) / (row.fs or 1), 3) if known else None,
        "leads": row.leads,
        "start": _local_time(row.start),
        "warnings": row.warnings,
        "has_reference": row.has_reference,
        "bytes": row.bytes,
        "created": row.created,
        "analyses": list(analyses),
    }


def _local_time(start: datetime | None) -> str | None:
    """Recordings tell the time on the clock of where they were made, without its time zone."""
    return None if start is None else start.replace(tzinfo=None).isoformat()
