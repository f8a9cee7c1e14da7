"""The application in a data folder of its own, and clients."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from serving import ANNA, bearer, make_settings, running_app, services_of, write_tokens

from ecgfuse.serve.services import Services
from ecgfuse.serve.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Without a login, on this machine."""
    return make_settings(tmp_path)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with running_app(settings) as app:
        yield app


@pytest.fixture
def services(app: Flask) -> Services:
    return services_of(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser."""
    return app.test_client()


@pytest.fixture
def token_app(tmp_path: Path) -> Iterator[Flask]:
    """For Anna and Ben alone, who have tokens."""
    settings = make_settings(tmp_path, token_file=write_tokens(tmp_path))
    with running_app(settings) as app:
        yield app


@pytest.fixture
def token_client(token_app: Flask) -> FlaskClient:
    """A program with Anna's token."""
    client = token_app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = bearer(ANNA)["Authorization"]
    return client
