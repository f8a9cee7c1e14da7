"""The login, the owner of what a request may see, and protection against forged requests."""

from typing import NoReturn
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.wrappers import Response

from ecgfuse.serve.access.persons import (
    BROWSER_SESSION,
    LOGIN_SESSION,
    Person,
    Persons,
    peer_address,
)
from ecgfuse.serve.access.secret import Secret
from ecgfuse.serve.access.tokens import Tokens, read_tokens
from ecgfuse.serve.database.connect import Database
from ecgfuse.serve.database.tables import Owner
from ecgfuse.serve.services import services
from ecgfuse.serve.settings import Settings

__all__ = [
    "API",
    "PUBLIC",
    "Person",
    "current_owner",
    "current_person",
    "log_in",
    "log_out",
    "peer_address",
    "register_security",
    "safe_next",
]

API = "/api/"
"""Paths of the API begin so."""

PUBLIC = frozenset(
    {
        "monitoring.live",
        "monitoring.metrics",
        "monitoring.ready",
        "pages.asset",
        "pages.catalogue",
        "pages.login",
    }
)
"""Endpoints that everybody may use, and where nothing belongs to anybody."""

_PERSONS, _FORGERY = "ecgfuse_persons", "ecgfuse_forgery"


def register_security(app: Flask, *, settings: Settings, secret: Secret) -> None:
    """Sessions, login and protection against forged requests.

    Raises:
        ValueError: the token file cannot be used.
    """
    tokens = read_tokens(settings.token_file) if settings.token_file else Tokens({})
    app.config.update(
        SECRET_KEY=secret.key("session"),
        # All ports of a machine share their cookies.
        SESSION_COOKIE_NAME=f"{'__Host-' if settings.https else ''}ecgfuse_{settings.port}",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LOGIN_SESSION if settings.needs_login else BROWSER_SESSION,
        WTF_CSRF_CHECK_DEFAULT=False,  # `_check` does
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    app.extensions[_PERSONS] = Persons(settings=settings, secret=secret, tokens=tokens)
    app.extensions[_FORGERY] = CSRFProtect(app)
    app.before_request(_check)


def current_person() -> Person | None:
    """Whoever makes this request, or None without the login that is needed."""
    if "ecgfuse_person" not in g:
        g.ecgfuse_person = _persons().recognise()
    person: Person | None = g.ecgfuse_person
    return person


def current_owner() -> str:
    """Id of the owner of all that this request may see or make; without a login, it ends here."""
    person = current_person()
    if person is None:
        _refuse_stranger()
    return person.owner_id


def log_in(token: str) -> bool:
    """Log the browser in by a token; False if there is no such token."""
    g.pop("ecgfuse_person", None)
    return _persons().log_in(token)


def log_out() -> None:
    """Forget who uses the browser; a copy of its cookie is worth nothing from now on."""
    g.pop("ecgfuse_person", None)
    _persons().log_out()


def safe_next(target: str | None) -> str:
    """Where to go after the login: a path of this application, never another site."""
    path = target or "/"
    parts = urlsplit(path)
    is_path = path.startswith("/") and not path.startswith("//") and not parts.scheme
    return path if is_path and path.isprintable() and "\\" not in path else "/"


def _check() -> Response | None:
    """Before each request: refuse or redirect it without a login, and refuse it if forged."""
    if request.endpoint is None:  # not found
        return None
    if request.endpoint in PUBLIC:
        _refuse_forgery()
        return None
    person = current_person()
    if person is not None and person.way == "login" and _persons().has_logged_out():
        session.clear()
        g.ecgfuse_person = person = None
    if person is None:
        is_page = request.method == "GET" and not request.path.startswith(API)
        if is_page and not services().settings.proxy_user_header:
            return redirect(url_for("pages.login", next=request.full_path.rstrip("?")))
        _refuse_stranger()
    if person.way != "bearer":
        _refuse_forgery()
    _keep_owner(person.owner_id, database=services().database)
    return None


def _refuse_forgery() -> None:
    """End a request that changes something and lacks the secret of the session."""
    forgery: CSRFProtect = current_app.extensions[_FORGERY]
    try:
        forgery.protect()
    except CSRFError:
        abort(
            400,
            description=gettext(
                "The page is out of date, or another site sent this; reload the page and try again."
            ),
        )


def _refuse_stranger() -> NoReturn:
    if services().settings.proxy_user_header and not _persons().is_from_proxy():
        abort(403, description=gettext("Use the address of the proxy in front of this server."))
    detail = (
        gettext("The proxy in front of this server named no user, or several.")
        if services().settings.proxy_user_header
        else gettext("Log in with your token, or send it as 'Authorization: Bearer TOKEN'.")
    )
    abort(401, description=detail, www_authenticate=WWWAuthenticate("bearer", {"realm": "ecgfuse"}))


def _keep_owner(owner_id: str, *, database: Database) -> None:
    """Make the row of an owner if there is none."""
    with database.reading() as reading:
        if reading.get(Owner, owner_id) is not None:
            return
    try:
        with database.session() as writing:
            writing.add(Owner(id=owner_id))
    except IntegrityError:
        pass  # another request was faster


def _persons() -> Persons:
    persons: Persons = current_app.extensions[_PERSONS]
    return persons
