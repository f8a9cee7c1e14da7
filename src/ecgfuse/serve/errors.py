"""Errors as responses: problem+json for the API, a page for people."""

import errno
from http import HTTPStatus

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    SecurityError,
    ServiceUnavailable,
)
from werkzeug.wrappers import Response as BaseResponse

from ecgfuse.serve.access.security import API
from ecgfuse.serve.database.connect import is_full
from ecgfuse.serve.files.reserve import give_up_reserve
from ecgfuse.serve.files.storage import NoRoomError
from ecgfuse.serve.processes.logs import get_logger
from ecgfuse.serve.sentences.translate import translate
from ecgfuse.serve.services import services

RETRY_AFTER_S = 5
"""When to try again if the database is busy."""

_FULL = (errno.ENOSPC, errno.EDQUOT)


class InsufficientStorage(HTTPException):
    """507: the disk or the quota is full."""

    code = 507


def register_errors(app: Flask) -> None:
    """Answer every error in the form of its page; those that nobody expects are logged."""
    app.register_error_handler(HTTPException, respond)
    app.register_error_handler(Exception, lambda error: respond(to_http(error)))


def to_http(error: Exception) -> HTTPException:
    """The error that a client sees; only what it can do something about is told."""
    if isinstance(error, NoRoomError):
        return InsufficientStorage(str(error))
    if _is_of_full_disk(error):
        get_logger(__name__).error("disk full", exc_info=error)
        return InsufficientStorage(
            gettext("The disk of the server is full; ask the administrator to free some space.")
        )
    if isinstance(error, OperationalError):
        get_logger(__name__).error("database not available", exc_info=error)
        return ServiceUnavailable(
            gettext("The database is busy or cannot be reached; try again in a few seconds."),
            retry_after=RETRY_AFTER_S,
        )
    get_logger(__name__).error("unexpected error", exc_info=error)
    return InternalServerError(
        gettext("Something unexpected went wrong; the administrator finds it in the log.")
    )


def _is_of_full_disk(error: Exception) -> bool:
    """Whether it is the error of a full disk; then the database gets the reserve."""
    if isinstance(error, OperationalError) and is_full(error):
        give_up_reserve(services().storage.folder)  # the next attempt may be one to delete
        return True
    return isinstance(error, OSError) and error.errno in _FULL


def respond(error: HTTPException) -> BaseResponse:
    """The response to an error."""
    if error.code == HTTPStatus.TOO_MANY_REQUESTS:
        error.description = gettext(
            "Too many requests in a short time; wait a minute, and try again."
        )
    if request.path.startswith(API):
        from ecgfuse.serve.api.problems import problem_response

        return problem_response(error)
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:  # such as a redirect
        return error.get_response()
    response = Response(_page(error), status=error.code)
    for name, value in error.get_response().headers:
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _page(error: HTTPException) -> str:
    title, detail = translate(error.name), translate(error.description or error.name)
    if isinstance(error, SecurityError):  # of a wrong host name: no session, no addresses
        return f"{error.code} {title}: {detail}\n"
    return render_template("error.html", status=error.code, title=title, detail=detail)
