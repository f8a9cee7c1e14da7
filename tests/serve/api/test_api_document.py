"""The OpenAPI document is valid, complete, and kept to by the application."""

import re
from typing import Any

import pytest
import schemathesis
from api_persons import API, Person, assert_problem
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR
from serving import ANNA, bearer
from stored_results import Stored

EXAMPLES = 6
"""Requests of schemathesis per operation and phase."""


def test_the_document_is_valid(anna: Person) -> None:
    document = anna.get("/openapi.json").get_json()
    OPENAPI_31_VALIDATOR.validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_route_is_in_the_document(app: Flask, anna: Person) -> None:
    paths = anna.get("/openapi.json").get_json()["paths"]
    documented = {(path, method.upper()) for path, item in paths.items() for method in item}
    routes = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith(API) and method not in ("HEAD", "OPTIONS")
    }
    routes.discard((f"{API}/openapi.json", "GET"))
    assert {(path, method) for path, method in documented if method != "PARAMETERS"} == routes


def test_problems_are_documented_as_problems(anna: Person) -> None:
    document = anna.get("/openapi.json").get_json()
    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("PUT", "/recordings", 405), ("GET", "/uploads", 405)],
)
def test_unknown_paths_and_methods_are_problems(
    method: str, path: str, status: int, anna: Person
) -> None:
    assert_problem(anna.send(method, path), status)


def test_letters_that_are_none_do_no_harm(stored: Stored, anna: Person) -> None:
    body = b'{"model": "\\ud800"}'
    headers = {"Content-Type": "application/json"}
    path = f"{stored.at_recording}/analyses"
    assert_problem(anna.post(path, data=body, headers=headers), 422)


@pytest.mark.slow
def test_schemathesis_finds_no_fault(app: Flask, stored: Stored) -> None:
    """Generated requests get the documented responses, and never an error of the server."""
    schema = schemathesis.openapi.from_wsgi(f"{API}/openapi.json", app, headers=bearer(ANNA))
    known = {"recording_id": stored.recording, "analysis_id": stored.analysis}

    # Not every model, lead or window that fits the schema exists, so a refusal is no fault.
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        case.path_parameters = {**(case.path_parameters or {}), **_chosen(case, known)}
        if case.method == "DELETE" and case.path.endswith("{recording_id}"):
            return  # the other operations need it
        case.call_and_validate(headers=bearer(ANNA), excluded_checks=[positive_data_acceptance])

    for result in schema.get_all_operations():
        given(case=result.ok().as_strategy())(check)()


def _chosen(case: Any, known: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in known.items() if f"{{{name}}}" in case.path}
