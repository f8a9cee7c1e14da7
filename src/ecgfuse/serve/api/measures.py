"""Numbers of an analysis: summary, RR intervals, median beats, reference, and places to jump to."""

from typing import Any

from flask import jsonify
from marshmallow import Schema, fields, validate

from ecgfuse.serve.api.beats import LATEST_S, WaveformSchema
from ecgfuse.serve.api.columns import Column
from ecgfuse.serve.api.conditional import ETAG, tagged
from ecgfuse.serve.api.represent import nullable
from ecgfuse.serve.api.spec import blueprint, problems

MEDIANS = {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Median"}}
"""Class -> its median beat."""

blp = blueprint("measures", description="Numbers of an analysis, from its corrected labels")


class PoincareSchema(Schema):
    """Axes of the cloud of normal intervals against their next ones."""

    pairs = fields.Integer(required=True)
    sd1_s = fields.Float(required=True)
    sd2_s = fields.Float(required=True)


class RRSchema(Schema):
    """RR intervals with a usable signal: tachogram, and with the next ones the Poincaré plot."""

    time_s = Column(description="Time of the beat that ends the interval")
    rr_s = Column()
    next_rr_s = Column(nullable=True)
    class_ = Column("string", description="Class of that beat", data_key="class")
    poincare = fields.Nested(PoincareSchema, **nullable())


class MedianSchema(WaveformSchema):
    """Median of the beats of a class."""

    n = fields.Integer(required=True, metadata={"description": "Beats that it is the median of"})


class ConfusionSchema(Schema):
    """Beats by class of the reference (rows) and of the model."""

    classes = fields.List(fields.String(), required=True)
    counts = fields.List(fields.List(fields.Integer()), required=True)


class ReferenceSchema(Schema):
    """The labels against the reference."""

    ec57 = fields.Dict(
        **nullable(
            "standard, after five minutes (null for a shorter recording), and whole: start_s, "
            "rows, columns, counts and scores; null for single beats"
        )
    )
    confusion = fields.Nested(ConfusionSchema, **nullable("Of single beats"))
    mismatches = Column("integer", description="Samples of wrong, missed and extra beats")
    missed = Column("integer", description="Samples of reference beats that were not found")
    extra = Column("integer", description="Samples of beats that the reference lacks")


class NextQuery(Schema):
    """What to jump to, from where, in which direction."""

    kind = fields.String(
        required=True,
        data_key="class",
        metadata={"description": "A class, or pause, run, doubt or mismatch"},
    )
    from_s = fields.Float(load_default=0.0, validate=validate.Range(min=-LATEST_S, max=LATEST_S))
    direction = fields.Integer(load_default=1, validate=validate.OneOf([1, -1]))


class PlaceSchema(Schema):
    """A place in the recording."""

    time_s = fields.Float(required=True)
    sample = fields.Integer(required=True)
    kind = fields.String(required=True)


@blp.get("/analyses/<analysis_id>/summary")
@problems(404, 409)
@blp.response(200, {"type": "object"}, headers=ETAG)
def summary(analysis_id: str) -> Any:
    """The summary of `ecgfuse annotate` from corrected labels, with bigeminy and doubt."""
    from ecgfuse.serve.api.answers.labelled import open_labelled
    from ecgfuse.serve.api.answers.numbers import summary as summarise

    labelled = open_labelled(analysis_id)
    return tagged(jsonify(summarise(labelled)), labelled.tag)


@blp.get("/analyses/<analysis_id>/rr")
@problems(404, 409)
@blp.response(200, RRSchema, headers=ETAG)
def rr(analysis_id: str) -> Any:
    """All RR intervals with a usable signal."""
    from ecgfuse.serve.api.answers.labelled import open_labelled
    from ecgfuse.serve.api.answers.numbers import rr_intervals

    labelled = open_labelled(analysis_id)
    return tagged(rr_intervals(labelled), labelled.tag)


@blp.get("/analyses/<analysis_id>/medians")
@problems(404, 409)
@blp.response(200, MEDIANS, headers=ETAG)
def medians(analysis_id: str) -> Any:
    """Median beat of every class that has beats, from the filtered lead."""
    from ecgfuse.serve.api.answers.labelled import open_labelled
    from ecgfuse.serve.api.answers.numbers import medians as find_medians

    labelled = open_labelled(analysis_id)
    schema = MedianSchema()
    content = {name: schema.dump(median) for name, median in find_medians(labelled).items()}
    return tagged(jsonify(content), labelled.tag)


@blp.get("/analyses/<analysis_id>/reference")
@problems(404, 409)
@blp.response(200, ReferenceSchema, headers=ETAG)
def reference(analysis_id: str) -> Any:
    """The corrected labels against the reference; 404 without one."""
    from ecgfuse.serve.api.answers.labelled import open_labelled
    from ecgfuse.serve.api.answers.numbers import against_reference

    labelled = open_labelled(analysis_id)
    return tagged(against_reference(labelled), labelled.tag)


@blp.get("/analyses/<analysis_id>/next")
@problems(404, 409)
@blp.arguments(NextQuery, location="query")
@blp.response(200, PlaceSchema)
def next_(query: dict[str, Any], analysis_id: str) -> Any:
    """The next or previous place of a kind; 404 if there is none."""
    from ecgfuse.serve.api.answers.labelled import open_labelled
    from ecgfuse.serve.api.answers.numbers import next_of

    return next_of(open_labelled(analysis_id, conditional=False), **query)
