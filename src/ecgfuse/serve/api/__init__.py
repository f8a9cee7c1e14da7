"""The REST API under /api/v1."""

from flask import Flask


def register_api(app: Flask) -> None:
    """Add the API and its OpenAPI document, /api/v1/openapi.json, to an application."""
    from ecgfuse.serve.api import (
        analyses,
        beats,
        corrections,
        examples,
        exports,
        intake,
        measures,
        models,
        recordings,
        signal,
        uploads,
    )
    from ecgfuse.serve.api.spec import build_api

    api = build_api(app)
    api.spec.components.schema("Median", schema=measures.MedianSchema)
    for module in (
        models,
        examples,
        uploads,
        intake,
        recordings,
        analyses,
        signal,
        beats,
        measures,
        corrections,
        exports,
    ):
        api.register_blueprint(module.blp)
