"""Who asks: a name in the token file, a user named by the proxy, or else a browser.

A name in the token file is known by a bearer token, or by the session of a browser that logged in.
Without token file and proxy, a browser is known by its session alone.
"""

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Literal

from flask import request, session

from ecgfuse.serve.access.logins import end_login, is_ended
from ecgfuse.serve.access.secret import Secret
from ecgfuse.serve.access.tokens import Tokens
from ecgfuse.serve.files.ids import is_id, new_id
from ecgfuse.serve.services import services
from ecgfuse.serve.settings import Settings

BROWSER_SESSION = timedelta(days=365)
"""How long a browser that is not used keeps its recordings."""

LOGIN_SESSION = timedelta(days=30)
"""How long a login lasts in a browser that is not used."""

_OWNER, _NAME, _PROOF, _LOGIN, _DAY = "owner", "name", "proof", "login", "day"
_BEARER = "bearer "


@dataclass(frozen=True, kw_only=True)
class Person:
    """Whoever asks."""

    owner_id: str
    way: Literal["bearer", "login", "proxy", "browser"]
    """How the person is known. Browsers send all but a bearer token by themselves."""


@dataclass(frozen=True, kw_only=True)
class Persons:
    """Recognises persons."""

    settings: Settings
    secret: Secret
    tokens: Tokens

    def recognise(self) -> Person | None:
        """Whoever makes this request, or None without the login that is needed."""
        header = request.headers.get("Authorization", "")
        if self.settings.token_file and header.lower().startswith(_BEARER):
            name = self.tokens.name_of(header[len(_BEARER) :].strip())
            return self._named(name, kind="token", way="bearer")
        if self.settings.proxy_user_header:
            if not self.is_from_proxy():
                return None
            name = request.headers.get(self.settings.proxy_user_header, "").strip()
            if "," in name:
                return None  # several headers: one may be from the client
            return self._named(name, kind="proxy", way="proxy")
        if self.settings.token_file:
            return self._logged_in()
        return _browser()

    def log_in(self, token: str) -> bool:
        """Log the browser in; False if there is no such token."""
        name = self.tokens.name_of(token.strip())
        if name is None:
            return False
        session.clear()  # also the secret against forgery of whoever used the browser before
        session[_NAME], session[_PROOF], session[_LOGIN] = name, self._proof(name), new_id()
        _prolong_session()
        return True

    def log_out(self) -> None:
        """End the login of the browser, for copies of its cookie, too."""
        login = session.get(_LOGIN)
        session.clear()
        if isinstance(login, str):
            end_login(services().database, login, keep=LOGIN_SESSION)

    def has_logged_out(self) -> bool:
        """Whether the cookie is a copy of that of somebody who has logged out since."""
        login = session.get(_LOGIN)
        return not isinstance(login, str) or is_ended(services().database, login)

    def is_from_proxy(self) -> bool:
        """Whether the proxy passes this request on; only the proxy may name a user."""
        try:
            peer = ip_address(peer_address())
        except ValueError:
            return False
        return any(peer in ip_network(one) for one in self.settings.proxy_addresses)

    def _logged_in(self) -> Person | None:
        name, proof = session.get(_NAME), session.get(_PROOF)
        if not isinstance(name, str) or not isinstance(proof, str) or name not in self.tokens.of:
            return None
        if not hmac.compare_digest(proof, self._proof(name)):
            return None  # the token was replaced
        _prolong_session()
        return self._named(name, kind="token", way="login")

    def _proof(self, name: str) -> str:
        """What a session keeps instead of the token."""
        return self.secret.digest("login", f"{name} {self.tokens.of[name]}")

    def _named(
        self, name: str | None, *, kind: str, way: Literal["bearer", "login", "proxy"]
    ) -> Person | None:
        if not name:
            return None
        digest = bytes.fromhex(self.secret.digest("owner", f"{kind} {name}"))
        owner_id = base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")
        return Person(owner_id=owner_id, way=way)


def peer_address() -> str:
    """Address of the machine at the other end of the connection, such as that of the proxy."""
    environment = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    return str(environment.get("REMOTE_ADDR") or "")


def _browser() -> Person:
    owner_id = session.get(_OWNER)
    if not isinstance(owner_id, str) or not is_id(owner_id):
        owner_id = session[_OWNER] = new_id()
    _prolong_session()
    return Person(owner_id=owner_id, way="browser")


def _prolong_session() -> None:
    """Let the session last from today on; the cookie is sent once a day, not with every answer."""
    today = datetime.now(UTC).date().isoformat()
    if session.get(_DAY) != today:
        session[_DAY] = today
        session.permanent = True
