"""Errors of the API as application/problem+json (RFC 9457)."""

import json
from typing import Any, NoReturn

from flask import Response, request
from marshmallow import Schema, fields
from werkzeug.exceptions import HTTPException, default_exceptions

from ecgfuse.serve.sentences.translate import translate, translate_all

PROBLEM_TYPE = "application/problem+json"
_OWN_HEADERS = ("content-type", "content-length")
_WRONG_VALUE = "the request has a missing or wrong value; correct it"


class ProblemSchema(Schema):
    """Why a request was refused."""

    type = fields.String(required=True, metadata={"description": "Kind of problem, an address"})
    title = fields.String(required=True, metadata={"description": "Name of the status"})
    status = fields.Integer(required=True)
    detail = fields.String(
        required=True, metadata={"description": "What is wrong, and how to mend it"}
    )
    instance = fields.String(required=True, metadata={"description": "Path of the request"})
    errors = fields.Dict(metadata={"description": "Place and field of the request -> messages"})
    version = fields.Integer(metadata={"description": "412: present version of the labels"})
    offset = fields.Integer(metadata={"description": "409 of an upload: bytes received so far"})


def refuse(status: int, detail: str, **more: Any) -> NoReturn:
    """End a request with a problem.

    Args:
        status: HTTP status, 4xx or 5xx.
        detail: what is wrong, and how to mend it.
        more: further members of the problem, such as version.
    """
    error = default_exceptions.get(status, HTTPException)(detail)
    error.code = status
    error.__dict__["data"] = {"message": detail, "members": more}
    raise error


def problem_response(error: HTTPException) -> Response:
    """The response to an error, whichever part of the application raised it."""
    given = error.get_response()
    if error.code is None or error.code < 400:  # a redirect, or a response of its own
        return Response(given.get_data(), given.status, given.headers)
    response = Response(json.dumps(_members(error)), status=error.code, mimetype=PROBLEM_TYPE)
    for name, value in given.headers:
        if name.lower() not in _OWN_HEADERS:
            response.headers[name] = value
    return response


def _members(error: HTTPException) -> dict[str, Any]:
    data: dict[str, Any] = getattr(error, "data", None) or {}
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": error.name,
        "status": error.code,
        "detail": translate(data.get("message") or error.description or error.name),
        "instance": request.path,
        **data.get("members", {}),
    }
    if errors := data.get("errors") or data.get("messages"):
        members["errors"] = translate_all(errors)
        members["detail"] = translate(data.get("message") or _WRONG_VALUE)
    return members
