"""Logs are JSON, one object per line, and never name a file or a patient."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from gunicorn.config import Config

from ecgfuse.serve.access.secret import Secret
from ecgfuse.serve.files.ids import is_id
from ecgfuse.serve.processes.logs import get_logger, set_up_logs
from ecgfuse.serve.processes.web_process import JsonLogger

PATIENT = "MILLER-1950"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What was logged."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    set_up_logs(level="info", secret=Secret("a" * 64), stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.captureWarnings(False)
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_has_time_level_and_values(lines: Lines) -> None:
    get_logger("ecgfuse.test").info("done", beats=7)
    get_logger("ecgfuse.test").debug("not shown")
    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "done", "beats": 7, "level": "info", "logger": "ecgfuse.test"}


def test_names_become_digests_that_are_equal_for_equal_names(lines: Lines) -> None:
    log = get_logger("ecgfuse.test")
    log.info("received", name=f"{PATIENT}.hea", files=[f"{PATIENT}.hea", f"{PATIENT}.dat"])
    log.info("received", path=f"{PATIENT}.hea")
    first, second = lines()
    assert PATIENT not in json.dumps([first, second])
    assert first["name"] == first["files"][0] == second["path"] != first["files"][1]
    assert len(first["name"]) == 12


def test_exceptions_are_logged_by_type_and_place(lines: Lines) -> None:
    try:
        raise KeyError(PATIENT)
    except KeyError as error:
        get_logger("ecgfuse.test").error("failed", exc_info=error)
        logging.getLogger("library").exception("failed")
        get_logger("ecgfuse.test").exception("failed")
    logged = lines()
    assert len(logged) == 3
    for line in logged:
        assert line["exception"] == "KeyError"
        assert line["places"][-1].endswith("test_exceptions_are_logged_by_type_and_place")
        assert PATIENT not in json.dumps(line)


def test_messages_are_kept_for_debugging(lines: Lines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECGFUSE_DEBUG", "1")
    get_logger("ecgfuse.test").error("failed", exc_info=KeyError(PATIENT))
    assert PATIENT in lines()[0]["message"]


def test_warnings_of_python_are_logged_without_their_text(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"{PATIENT}.hea: no gain", stacklevel=1)
        logging.captureWarnings(False)
    (line,) = lines()
    assert line["event"].startswith(__file__)
    assert line["event"].endswith(": UserWarning")
    assert PATIENT not in json.dumps(line)


def test_malformed_requests_are_logged_without_their_words(lines: Lines) -> None:
    log = JsonLogger(Config())
    log.warning("Invalid request from ip=::1: Invalid HTTP Version: 'Smith.edf HTTP/1.1'")
    log.warning("Worker (pid: %s) was slow: Smith", 7)
    events = [line["event"] for line in lines()]
    assert events[-2:] == ["Invalid request from ip=::1", "Worker (pid: 7) was slow: Smith"]


def test_requests_are_logged_by_route_without_their_parameters(app: Flask, lines: Lines) -> None:
    client = app.test_client()
    client.get(f"/about?name={PATIENT}")
    client.get(f"/{PATIENT}")
    client.get("/health/live")  # asked every few seconds, and not shown
    page, unknown = [line for line in lines() if line["event"] == "request"]
    assert (page["method"], page["route"], page["status"]) == ("GET", "/about", 200)
    assert (unknown["route"], unknown["status"]) == (None, 404)
    assert page["ms"] > 0
    assert PATIENT not in json.dumps([page, unknown])


def test_a_request_has_one_id_in_logs_and_answer(app: Flask, lines: Lines) -> None:
    client = app.test_client()
    made = client.get("/about").headers["X-Request-ID"]
    assert is_id(made)
    given = client.get("/about", headers={"X-Request-ID": "proxy-7"}).headers["X-Request-ID"]
    assert given == "proxy-7"
    forged = client.get("/about", headers={"X-Request-ID": f"{PATIENT} {'x' * 80}"})
    assert is_id(forged.headers["X-Request-ID"])
    ids = [line["request_id"] for line in lines() if line["event"] == "request"]
    assert ids == [made, "proxy-7", forged.headers["X-Request-ID"]]
