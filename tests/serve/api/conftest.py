"""An application for Anna and Ben, whose jobs are not done, only noted."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_persons import NotingQueue, Person
from flask import Flask
from serving import ANNA, BEN, make_settings, write_tokens
from stored_results import Stored, store

from ecgfuse.serve.app import create_app
from ecgfuse.serve.services import Services, open_services


@pytest.fixture
def queue() -> NotingQueue:
    return NotingQueue()


@pytest.fixture
def services(tmp_path: Path, queue: NotingQueue) -> Iterator[Services]:
    examples = tmp_path / "examples"
    examples.mkdir()
    settings = make_settings(
        tmp_path, token_file=write_tokens(tmp_path), examples=examples, rate_limit=10**6
    )
    opened = dataclasses.replace(open_services(settings), queue=queue)
    yield opened
    opened.database.close()


@pytest.fixture
def app(services: Services) -> Flask:
    app = create_app(services.settings, services=services)
    app.testing = True
    return app


@pytest.fixture
def anna(app: Flask) -> Person:
    return Person(app.test_client(), token=ANNA)


@pytest.fixture
def ben(app: Flask) -> Person:
    return Person(app.test_client(), token=BEN)


@pytest.fixture
def stored(services: Services, anna: Person) -> Stored:
    """A recording of Anna with reference labels and an analysis that is done."""
    assert anna.get("/recordings").status_code == 200  # from now on the database knows her
    return store(services)
