"""The web application in tests: settings, databases that are up to date, and clients."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from ecgfuse.serve.app import create_app
from ecgfuse.serve.database.connect import open_database
from ecgfuse.serve.services import EXTENSION, Services
from ecgfuse.serve.settings import Settings

ANNA, BEN = "anna-" + "a" * 24, "ben-" + "b" * 24
"""Tokens."""

_CSRF = re.compile(r'<meta name="csrf-token" content="([^"]+)">')


def make_settings(folder: Path, **changes: Any) -> Settings:
    """Settings with an up-to-date database in a data folder."""
    data = folder / "data"
    if not data.exists():
        data.mkdir(mode=0o700)
        shutil.copyfile(empty_database(), data / "ecgfuse.sqlite")
    return Settings(**{"data": data, "workers": 1, "job_workers": 1, "threads": 4, **changes})


@cache
def empty_database() -> Path:
    """A database without rows, made once per process."""
    path = Path(mkdtemp(prefix="ecgfuse-test-")) / "empty.sqlite"
    database = open_database(f"sqlite:///{path}")
    database.upgrade()
    database.forget_deleted()
    database.close()
    return path


def write_tokens(folder: Path) -> Path:
    """A token file for Anna and Ben."""
    path = folder / "tokens.txt"
    path.write_text(f"# who may log in\nanna {ANNA}\n\nben {BEN}  # from Monday on\n")
    path.chmod(0o600)
    return path


@contextmanager
def running_app(settings: Settings) -> Iterator[Flask]:
    """The application; its connections are closed at the end."""
    app = create_app(settings)
    try:
        yield app
    finally:
        services_of(app).database.close()


def services_of(app: Flask) -> Services:
    """The services of an application."""
    services: Services = app.extensions[EXTENSION]
    return services


def bearer(token: str) -> dict[str, str]:
    """Header with a token."""
    return {"Authorization": f"Bearer {token}"}


def csrf(client: FlaskClient, path: str = "/about") -> dict[str, str]:
    """Header that a page of the application sends with every request that changes something."""
    found = _CSRF.search(client.get(path).text)
    assert found is not None
    return {"X-CSRFToken": found[1]}
