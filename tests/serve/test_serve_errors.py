"""Errors become answers with a cure, and tell nothing that is not for the client."""

import errno
from collections.abc import Iterator

import pytest
from flask import Flask
from serving import running_app
from sqlalchemy.exc import OperationalError

from ecgfuse.serve.files.storage import NoRoomError
from ecgfuse.serve.settings import Settings

PATIENT = "MILLER-1950"
FAULTS: dict[str, Exception] = {
    "room": NoRoomError("the quota of 1.0 GB has no room; delete recordings"),
    "disk": OSError(errno.ENOSPC, "No space left on device", PATIENT),
    "quota": OSError(errno.EDQUOT, "Disk quota exceeded", PATIENT),
    "database": OperationalError("SELECT", {}, Exception(f"database is locked {PATIENT}")),
    "bug": KeyError(PATIENT),
}


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with running_app(settings) as app:
        for name, fault in FAULTS.items():
            app.add_url_rule(f"/fault/{name}", name, view(fault))
            app.add_url_rule(f"/api/v1/fault/{name}", f"api_{name}", view(fault))
        yield app


def view(fault: Exception):  # type: ignore[no-untyped-def]
    def fail() -> str:
        raise fault

    return fail


@pytest.mark.parametrize(
    ("name", "status", "text"),
    [
        ("room", 507, "quota of 1.0 GB has no room; delete recordings"),
        ("disk", 507, "disk of the server is full; ask the administrator"),
        ("quota", 507, "disk of the server is full; ask the administrator"),
        ("database", 503, "database is busy or cannot be reached; try again in a few seconds"),
        ("bug", 500, "the administrator finds it in the log"),
    ],
)
def test_a_fault_is_a_page_and_a_problem_with_a_cure(
    app: Flask, name: str, status: int, text: str
) -> None:
    client = app.test_client()
    page, problem = client.get(f"/fault/{name}"), client.get(f"/api/v1/fault/{name}")
    assert page.status_code == problem.status_code == status
    assert page.content_type.startswith("text/html")
    assert problem.content_type == "application/problem+json"
    assert problem.json["status"] == status
    assert text in problem.json["detail"]
    for answer in (page, problem):
        assert PATIENT not in answer.text
        assert "Traceback" not in answer.text
    if status == 503:
        assert int(problem.headers["Retry-After"]) > 0


def test_unknown_pages_are_not_found(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/nothing").status_code == 404
    problem = client.get("/api/v1/nothing")
    assert (problem.status_code, problem.content_type) == (404, "application/problem+json")


def test_a_method_that_is_not_allowed_is_named(app: Flask) -> None:
    answer = app.test_client().options("/health/live")
    assert answer.status_code == 200
    assert "GET" in app.test_client().post("/health/live").headers["Allow"]
