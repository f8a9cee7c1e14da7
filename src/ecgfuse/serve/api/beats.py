"""GET /analyses/ID/beats: the beats of an analysis, and one beat with its waveform."""

from typing import Any

from marshmallow import Schema, fields, validate

from ecgfuse.serve.api.columns import Column
from ecgfuse.serve.api.conditional import ETAG, tagged
from ecgfuse.serve.api.represent import nullable
from ecgfuse.serve.api.spec import blueprint, problems

LATEST_S = 1e7
"""Latest time in a query, 116 days."""

blp = blueprint("beats", description="Beats of an analysis with their corrected labels")


def time_field(**more: Any) -> fields.Float:
    """A time in a query in seconds."""
    return fields.Float(
        validate=validate.Range(min=0, max=LATEST_S), metadata={"description": "In seconds"}, **more
    )


class BeatsQuery(Schema):
    """Which beats."""

    from_s = time_field(load_default=0.0)
    to_s = time_field(load_default=LATEST_S)
    named = fields.String(
        data_key="class",
        load_default=None,
        metadata={"description": "Beats of one class alone"},
    )


class BeatColumnsSchema(Schema):
    """Columns of equal length."""

    sample = Column("integer", description="R peak at the rate of the file; row of single beats")
    time_s = Column(description="Single beats: their row")
    class_ = Column("string", description="Corrected class", data_key="class")
    model_class = Column("string")
    p = fields.Dict(
        keys=fields.String(),
        values=Column(nullable=True, digits=4),
        required=True,
        metadata={"description": "Class -> probabilities; null for unclassified beats"},
    )
    flag = Column("string", description="Why a beat is not classified; empty if it is")
    reference = Column(
        "string",
        optional=True,
        description="Class of the reference by EC57, empty where it has no beat; null without one",
    )


class BeatsSchema(Schema):
    """Beats from a time (included) to a time (excluded)."""

    version = fields.Integer(required=True)
    beats = fields.Nested(BeatColumnsSchema, required=True)


class WaveformSchema(Schema):
    """Signal around an R peak."""

    t_s = Column(digits=5, description="Time from the R peak")
    mv = Column(nullable=True, digits=4, description="Filtered lead in mV; single beats: no unit")


class AttentionSchema(Schema):
    """Where the RR features looked."""

    t_s = Column(digits=5, description="Middle of each part of the beat, from the R peak")
    weight = Column(description="Share of each part; the sum is 1")


class BeatSchema(Schema):
    """One beat."""

    sample = fields.Integer(required=True)
    time_s = fields.Float(required=True)
    class_ = fields.String(required=True, data_key="class")
    model_class = fields.String(required=True)
    p = fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True), required=True)
    flag = fields.String(required=True)
    reference = fields.String(**nullable("As in the list of beats"))
    rr_before_s = fields.Float(**nullable())
    rr_after_s = fields.Float(**nullable())
    waveform = fields.Nested(WaveformSchema, required=True)
    attention = fields.Nested(AttentionSchema, **nullable("null: the model does not tell"))


@blp.get("/analyses/<analysis_id>/beats")
@problems(404, 409)
@blp.arguments(BeatsQuery, location="query")
@blp.response(200, BeatsSchema, headers=ETAG)
def beats(query: dict[str, Any], analysis_id: str) -> Any:
    """Beats of an analysis, at most 20,000 at once."""
    from ecgfuse.serve.api.answers.beats import beat_columns
    from ecgfuse.serve.api.answers.labelled import open_labelled

    labelled = open_labelled(analysis_id)
    return tagged(beat_columns(labelled, **query), labelled.tag)


@blp.get("/analyses/<analysis_id>/beats/<int:sample>")
@problems(404, 409)
@blp.response(200, BeatSchema, headers=ETAG)
def beat(analysis_id: str, sample: int) -> Any:
    """One beat, by its sample."""
    from ecgfuse.serve.api.answers.beats import one_beat
    from ecgfuse.serve.api.answers.labelled import open_labelled

    labelled = open_labelled(analysis_id)
    return tagged(one_beat(labelled, sample=sample), labelled.tag)
