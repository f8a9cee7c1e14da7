"""Persons who use the API with their tokens, and what they ask of its errors."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

API = "/api/v1"


@dataclass
class NotingQueue:
    """Notes the analyses that would be done."""

    enqueued: list[str] = field(default_factory=list)

    def enqueue(self, analysis_id: str) -> None:
        self.enqueued.append(analysis_id)


class Person:
    """Sends requests with the token of one person."""

    def __init__(self, client: FlaskClient, *, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def send(self, method: str, path: str, **arguments: Any) -> TestResponse:
        headers = {**self.headers, **arguments.pop("headers", {})}
        return self.client.open(f"{API}{path}", method=method, headers=headers, **arguments)

    def get(self, path: str, **arguments: Any) -> TestResponse:
        return self.send("GET", path, **arguments)

    def post(self, path: str, **arguments: Any) -> TestResponse:
        return self.send("POST", path, **arguments)

    def delete(self, path: str, **arguments: Any) -> TestResponse:
        return self.send("DELETE", path, **arguments)

    def patch(self, path: str, **arguments: Any) -> TestResponse:
        return self.send("PATCH", path, **arguments)


def assert_problem(response: TestResponse, status: int, *, says: str = "") -> dict[str, Any]:
    """Check that a response is a problem of this status; its members."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type.startswith("application/problem+json")
    problem = response.get_json(force=True)
    assert {"type", "title", "status", "detail", "instance"} <= problem.keys()
    assert problem["status"] == status
    assert says in problem["detail"] or says in str(problem.get("errors"))
    return dict(problem)
