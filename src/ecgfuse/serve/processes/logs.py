"""Structured logs: one JSON object per line, without names of files or patients."""

import logging
import os
import re
import sys
import time
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog
from flask import Flask, Response, g, request
from structlog.typing import Processor

from ecgfuse.serve.access.secret import Secret
from ecgfuse.serve.files.ids import new_id

REQUEST_ID = "X-Request-ID"
"""Header with the id of a request, taken from the proxy or made here."""

Event = MutableMapping[str, Any]

_NAMES = frozenset({"file", "filename", "files", "folder", "name", "names", "path"})
"""Fields whose values are replaced by a digest."""

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_WARNING = re.compile(r"\S+:\d+: \w+")
_STACK: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def get_logger(name: str) -> Any:
    """A logger of structlog: its methods take a message and named values."""
    return structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            *_STACK,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        context_class=dict,
    )


def set_up_logs(*, level: str, secret: Secret, stream: TextIO | None = None) -> None:
    """Write the logs of this process.

    Args:
        level: debug, info, warning or error.
        secret: hides names.
        stream: default: standard error.
    """
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_STACK,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                shorten_warnings,
                describe_exceptions,
                HideNames(secret),
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.captureWarnings(True)


class HideNames:
    """Replaces names of files by digests, which are the same for the same name.

    Args:
        secret: without it nobody can try which name has a digest.
    """

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def __call__(self, logger: Any, method: str, event: Event) -> Event:
        """A processor of structlog."""
        for field in _NAMES & event.keys():
            value = event[field]
            several = value if isinstance(value, list | tuple) else [value]
            digests = [self._secret.digest("logs", str(one))[:12] for one in several]
            event[field] = digests if several is value else digests[0]
        return event


def describe_exceptions(logger: Any, method: str, event: Event) -> Event:
    """Replace an exception by its type and its places; its message may name a file.

    With ECGFUSE_DEBUG=1 the message is kept.
    """
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        event["places"] = _places(error.__traceback__)
        if os.environ.get("ECGFUSE_DEBUG"):
            event["message"] = str(error)
    return event


def shorten_warnings(logger: Any, method: str, event: Event) -> Event:
    """Keep place and kind of a warning of Python; its text may name a file."""
    if event.get("logger") == "py.warnings" and not os.environ.get("ECGFUSE_DEBUG"):
        kind = _WARNING.match(str(event.get("event")))
        event["event"] = kind[0] if kind else "warning"
    return event


def register_request_log(app: Flask) -> None:
    """Log every request with its id, route, status and duration; addresses hold names of files."""

    def begin() -> None:
        given = request.headers.get(REQUEST_ID, "")
        g.ecgfuse_request_id = given if _GIVEN_ID.fullmatch(given) else new_id()
        g.ecgfuse_began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.ecgfuse_request_id)

    def end(response: Response) -> Response:
        if "ecgfuse_request_id" not in g:
            return response
        response.headers[REQUEST_ID] = g.ecgfuse_request_id
        log = get_logger(__name__)
        quiet = request.endpoint is not None and request.endpoint.startswith("monitoring.")
        (log.debug if quiet else log.info)(
            "request",
            method=request.method,
            route=str(request.url_rule) if request.url_rule else None,
            status=response.status_code,
            ms=round(1000 * duration_s(), 1),
        )
        return response

    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(lambda _error: structlog.contextvars.clear_contextvars())


def duration_s() -> float:
    """Time since the beginning of this request in seconds."""
    return time.perf_counter() - float(g.ecgfuse_began)


def _places(traceback: TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places
