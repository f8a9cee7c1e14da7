"""Health and metrics."""

import shutil
from collections import namedtuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from serving import ANNA, bearer, services_of
from sqlalchemy import text

from ecgfuse.serve.database.tables import AnalysisRow, Owner, RecordingRow
from ecgfuse.serve.files.ids import new_id
from ecgfuse.serve.services import Services

Usage = namedtuple("Usage", "total used free")


def samples(client: FlaskClient, **options: object) -> dict[tuple[str, ...], float]:
    """Name and values of the labels -> value."""
    answer = client.get("/metrics", **options)  # type: ignore[arg-type]
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.text)
    return {
        (one.name, *one.labels.values()): one.value for family in families for one in family.samples
    }


def test_a_healthy_application_is_live_and_ready(client: FlaskClient) -> None:
    assert client.get("/health/live").json == {"status": "ok"}
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "disk": "ok", "queue": "ok"}


def test_the_part_that_fails_is_named(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ConnectionError("redis://secret@host")

    monkeypatch.setattr(type(services.queue), "check", lambda _: fail())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(1, 1, 0))
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "failed", "database": "ok", "disk": "full", "queue": "failed",
    }  # fmt: skip
    assert client.get("/health/live").status_code == 200


def test_health_needs_no_login_and_makes_no_owner(token_app: Flask) -> None:
    client = token_app.test_client()
    assert client.get("/health/ready").status_code == 200
    with services_of(token_app).database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM owner")) == 0


def test_requests_are_counted_by_route(client: FlaskClient) -> None:
    for _ in range(2):
        client.get("/about")
    client.get("/nothing/of/this/name")
    found = samples(client)
    assert found["ecgfuse_requests_total", "GET", "/about", "200"] == 2
    assert found["ecgfuse_requests_total", "GET", "none", "404"] == 1
    assert found["ecgfuse_request_seconds_count", "GET", "/about"] == 2


def test_jobs_and_files_are_measured(client: FlaskClient, services: Services) -> None:
    with services.database.session() as session:
        session.add(owner := Owner())
        session.flush()
        session.add(row := RecordingRow(owner_id=owner.id, name="x", kind="edf", folder="x"))
        session.flush()
        for status in ("done", "done", "failed"):
            session.add(AnalysisRow(recording_id=row.id, model="best", status=status))
    folder = services.storage.folder_of("recordings", new_id())
    (folder / "file").write_bytes(bytes(1000))
    found = samples(client)
    assert found["ecgfuse_analyses", "done"] == 2
    assert found["ecgfuse_analyses", "failed"] == 1
    assert found["ecgfuse_analyses", "queued"] == 0
    assert found[("ecgfuse_recordings",)] == 1
    assert found[("ecgfuse_storage_bytes",)] == 1000
    assert found[("ecgfuse_disk_free_bytes",)] > 0


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.0.0.7", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"Forwarded": "for=10.0.0.7"}, 403),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 403),
    ],
)
def test_metrics_are_for_this_machine(
    client: FlaskClient, peer: str, headers: dict[str, str], status: int
) -> None:
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == status


def test_metrics_are_for_a_bearer_token(token_app: Flask) -> None:
    client = token_app.test_client()
    far = {"REMOTE_ADDR": "10.0.0.7"}
    assert client.get("/metrics", environ_base=far).status_code == 403
    assert samples(client, environ_base=far, headers=bearer(ANNA))
