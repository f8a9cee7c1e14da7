"""The OpenAPI document, generated from the code, and the frame of all blueprints."""

from importlib.metadata import version
from typing import Any

from flask import Flask, Request
from flask_babel import gettext
from flask_smorest import Api, Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from ecgfuse.serve.api.problems import PROBLEM_TYPE, ProblemSchema, problem_response, refuse

PREFIX = "/api/v1"
CONFIG = {
    "API_TITLE": "ecgfuse",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": PREFIX,
    "OPENAPI_JSON_PATH": "openapi.json",
}
_PAGES = "JSON: total, total_pages, first_page, last_page, page, previous_page, next_page"
_DESCRIPTION = (
    "Heartbeat classification of ECG recordings. For research, no medical device. Errors are "
    "application/problem+json (RFC 9457). Times are seconds from the first sample; samples count "
    "at the rate of the file. Changes need a bearer token, or the session cookie together with the "
    "header X-CSRFToken."
)


class ProblemApi(Api):
    """An API whose errors are problems.

    Its blueprints handle their errors; the application handles those of unknown paths.
    """

    ERROR_SCHEMA = ProblemSchema
    DEFAULT_RESPONSE_CONTENT_TYPE = "application/json"

    def _register_error_handlers(self) -> None:
        pass

    def _register_responses(self) -> None:
        """As in the base class, with the media type of problems."""
        type_of_content = self.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_TYPE
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = type_of_content


class JsonParser(FlaskParser):
    """Parses requests, and refuses JSON that no program here sends and Python cannot read."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body of a request; it ends with 400 if it is nested too deeply, or no JSON."""
        try:
            return super().load_json(req, schema)
        except (RecursionError, ValueError):  # ValueError: a number of thousands of digits
            refuse(400, gettext("the JSON is nested too deeply, or has too long a number"))


class ProblemBlueprint(Blueprint):
    """A blueprint that documents the header of pages as what it is, JSON in a string."""

    ARGUMENTS_PARSER = JsonParser()

    def _document_pagination_metadata(self, spec: object, resp_doc: dict[str, Any]) -> None:
        header = {"description": _PAGES, "schema": {"type": "string"}}
        resp_doc.setdefault("headers", {})[self.PAGINATION_HEADER_NAME] = header


def build_api(app: Flask) -> ProblemApi:
    """The API of an application, without blueprints yet."""
    app.config.update(CONFIG)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # classes stay in order
    return ProblemApi(
        app,
        spec_kwargs={
            "info": {"description": _DESCRIPTION, "x-package-version": version("ecgfuse")},
            "components": {"securitySchemes": _security_schemes(app)},
            "security": [{"bearer": []}, {"session": []}],
        },
    )


def _security_schemes(app: Flask) -> dict[str, dict[str, str]]:
    cookie = app.config["SESSION_COOKIE_NAME"]
    return {
        "bearer": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie},
    }


def blueprint(name: str, *, description: str) -> Blueprint:
    """A blueprint under the prefix of the API, whose errors are problems.

    Args:
        name: also the tag of its operations.
        description: of the tag.
    """
    made = ProblemBlueprint(f"api_{name}", __name__, url_prefix=PREFIX, description=description)
    made.register_error_handler(HTTPException, problem_response)
    return made


def problems(*statuses: int) -> Any:
    """Decorator that documents the problems of an operation by their statuses."""

    def decorate(function: Any) -> Any:
        for status in statuses:
            function = Blueprint.alt_response(
                _DOCUMENTS, status, schema=ProblemSchema, content_type=PROBLEM_TYPE
            )(function)
        return function

    return decorate


_DOCUMENTS = Blueprint("api_documents", __name__)
