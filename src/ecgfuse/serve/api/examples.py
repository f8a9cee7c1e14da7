"""Examples: recordings to look at without one of one's own."""

from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from ecgfuse.serve.access.security import current_owner
from ecgfuse.serve.api.intake import IntakeSchema, require_known, started
from ecgfuse.serve.api.problems import refuse
from ecgfuse.serve.api.represent import nullable
from ecgfuse.serve.api.spec import blueprint, problems
from ecgfuse.serve.services import services

if TYPE_CHECKING:
    from ecgfuse.serve.intake.examples import Example

blp = blueprint("examples", description="Synthetic recordings, and those of a folder of the server")


class ExampleSchema(Schema):
    """A recording that is offered."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    duration_s = fields.Float(**nullable("null: not known before it is read, or single beats"))
    synthetic = fields.Boolean(required=True)


class OpenExample(Schema):
    """How to analyse it."""

    model = fields.String(load_default=None, validate=validate.Length(min=1, max=100))


@blp.get("/examples")
@blp.response(200, ExampleSchema(many=True))
def list_() -> "list[Example]":
    """All examples, the synthetic ones first."""
    from ecgfuse.serve.intake.examples import list_examples

    return list_examples(services().settings)


@blp.post("/examples/<name>")
@problems(404, 422, 507)
@blp.arguments(OpenExample, required=False)
@blp.response(201, IntakeSchema)
def open_(options: dict[str, Any], name: str) -> dict[str, Any]:
    """Make a recording of an example and start its analysis."""
    from ecgfuse.serve.intake.examples import take_in_example

    require_known(options["model"])
    try:
        intake = take_in_example(services(), owner_id=current_owner(), name=name)
    except KeyError:
        refuse(404, f"there is no example {name!r}; choose one of the list")
    return started(intake, model=options["model"])
