"""GET /models and /performance: what can be chosen, and how well it does."""

from collections.abc import Mapping

from marshmallow import Schema, fields

from ecgfuse.serve.api.spec import blueprint
from ecgfuse.serve.models import ServedModel, list_models
from ecgfuse.serve.performance import RECORDING, SINGLE_BEATS, Numbers, read_performance

blp = blueprint("models", description="Models and their measured performance")


class ModelSchema(Schema):
    """A model that can be chosen."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    classes = fields.List(fields.String(), required=True, metadata={"description": "Q included"})
    kind = fields.String(
        required=True,
        metadata={
            "enum": [RECORDING, SINGLE_BEATS],
            "description": "Models of single beats judge recordings, too",
        },
    )
    look_ahead_s = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Signal needed after a beat; null: the whole recording"},
    )
    performance = fields.Dict(
        required=True,
        allow_none=True,
        metadata={"description": "Headline on DS2; null if it was not measured"},
    )


class PerformanceSchema(Schema):
    """Measured performance of all models, exported or not: name -> numbers."""

    recording = fields.Dict(required=True)
    single_beats = fields.Dict(
        required=True, metadata={"description": "Tests intra (same patients) and inter (DS2)"}
    )


@blp.get("/models")
@blp.response(200, ModelSchema(many=True))
def models() -> list[ServedModel]:
    """All models, the best one first."""
    return list_models()


@blp.get("/performance")
@blp.response(200, PerformanceSchema)
def performance() -> Mapping[str, Mapping[str, Numbers]]:
    """Measured performance of all models; curves and confusions are of the ensemble of seeds."""
    return read_performance()
