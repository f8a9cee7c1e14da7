"""Limits: requests per minute of one person, attempts to log in, and the size of a request."""

from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from werkzeug.exceptions import HTTPException

from ecgfuse.serve.access.security import PUBLIC, current_person, peer_address
from ecgfuse.serve.settings import CHUNK_BYTES, Settings

LOGINS_PER_MINUTE = 10
"""Attempts to log in from one address."""

FORM_BYTES = 64 * 2**10
"""Largest form."""

FORM_PARTS = 100
"""Most fields of a form."""

_LOGIN = "pages.login"


def register_limits(app: Flask, *, settings: Settings) -> Limiter:
    """Refuse what exceeds a limit, with status 413 or 429.

    Requests are counted by each process; with Redis as the job queue, by all together. They are
    counted before a login is required, so register this first.
    """
    app.config.update(
        MAX_CONTENT_LENGTH=CHUNK_BYTES + FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
    )
    return Limiter(
        _who,
        app=app,
        application_limits=[f"{settings.rate_limit} per minute"],
        application_limits_exempt_when=lambda: request.endpoint in PUBLIC - {_LOGIN},
        storage_uri=settings.queue if settings.queue.startswith("redis") else "memory://",
        in_memory_fallback_enabled=True,
        key_prefix="ecgfuse",
    )


def limit_logins(app: Flask, *, limiter: Limiter) -> None:
    """Limit attempts to log in; the pages must be registered."""
    limit = limiter.limit(f"{LOGINS_PER_MINUTE} per minute", key_func=_address, methods=["POST"])
    login: Any = limit(app.view_functions[_LOGIN])
    app.view_functions[_LOGIN] = login


def _who() -> str:
    """Whose requests are counted together.

    A browser without a login is counted by its address, as it could begin a new session each time.
    """
    try:
        person = current_person()
    except HTTPException:  # refused later
        person = None
    if person is None or person.way == "browser":
        return _address()
    return person.owner_id


def _address() -> str:
    return request.remote_addr or peer_address() or "unknown"
