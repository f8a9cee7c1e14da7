"""Host names under which the application may be reached."""

from collections.abc import Container

from flask import Flask, request
from flask_babel import gettext
from werkzeug.exceptions import SecurityError


def register_hosts(app: Flask, *, names: Container[str] | None) -> None:
    """Refuse requests for other host names.

    Args:
        names: accepted names in lower case, IPv6 addresses in brackets; None accepts all.
    """
    if names is None:
        return

    def check_host() -> None:
        if host_name(request.host) not in names:
            raise SecurityError(
                gettext(
                    "This server does not have this name; the administrator can add it by "
                    "--server-names."
                )
            )

    app.before_request(check_host)


def host_name(host: str) -> str:
    """A host without its port, in lower case."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()
