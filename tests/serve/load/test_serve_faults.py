"""What is lost with a process or a connection is found again."""

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serve_cases import write_wfdb
from servers import find_program, wait_for_port
from web_client import API, Client
from web_server import Server, free_port, running_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
CONTENT = np.random.default_rng(0).bytes(2_000_000)
PIECE = 200_000
WAIT_S = 60.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("faults")
    with running_server(folder, "--workers", "2", "--job-workers", "0") as server:
        server.wait_for_start()
        yield server


def begin_piece(server: Server, upload_id: str, *, offset: int, n_bytes: int) -> socket.socket:
    """A connection over which a piece is announced, and a part of it sent."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=WAIT_S)
    head = (
        f"PATCH {API}/uploads/{upload_id} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {server.tokens[0]}\r\nUpload-Offset: {offset}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {PIECE}\r\n\r\n"
    )
    connection.sendall(head.encode() + CONTENT[offset : offset + n_bytes])
    return connection


def state_of(client: Client, upload_id: str) -> Any:
    """How much has arrived, as soon as the server answers."""
    until = time.monotonic() + WAIT_S
    while True:
        try:
            return client.get(f"/uploads/{upload_id}", kind="state")
        except (OSError, HTTPException):
            client.close()
            assert time.monotonic() < until
            time.sleep(0.1)


def send_rest(client: Client, upload_id: str, *, offset: int) -> None:
    while offset < len(CONTENT):
        answer = client.send_piece(upload_id, offset, CONTENT[offset : offset + PIECE])
        assert answer.status == 200, answer
        offset = answer.json()["offset"]


def stored(server: Server, upload_id: str) -> bytes:
    return (server.log.parent / "data" / "uploads" / upload_id / "data").read_bytes()


def kill_workers(server: Server) -> None:
    """Kill the processes that answer requests, but not the one that starts them."""
    for process in server.processes("web"):
        if process.ppid() != server.process.pid:
            process.kill()


def kill_web_server(server: Server) -> None:
    for process in server.processes("web"):
        process.kill()


@pytest.mark.parametrize("kill", [kill_workers, kill_web_server])
def test_an_upload_goes_on_after_the_web_server_was_killed_in_a_piece(
    server: Server, kill: Callable[[Server], None]
) -> None:
    client = server.client()
    upload_id = client.announce("a.csv", len(CONTENT))["id"]
    assert client.send_piece(upload_id, 0, CONTENT[:PIECE]).status == 200
    with begin_piece(server, upload_id, offset=PIECE, n_bytes=PIECE // 2) as connection:
        time.sleep(0.1)
        kill(server)
        assert b"200 OK" not in connection.recv(100)
    client.close()
    assert state_of(client, upload_id)["offset"] == PIECE
    send_rest(client, upload_id, offset=PIECE)
    assert stored(server, upload_id) == CONTENT


def test_a_client_that_goes_away_in_a_piece_continues_where_it_was(server: Server) -> None:
    client = server.client()
    upload_id = client.announce("a.csv", len(CONTENT))["id"]
    begin_piece(server, upload_id, offset=0, n_bytes=PIECE // 2).close()
    until = time.monotonic() + WAIT_S
    while not (offset := state_of(client, upload_id)["offset"]):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert offset <= PIECE // 2
    send_rest(client, upload_id, offset=offset)
    assert stored(server, upload_id) == CONTENT


def start_redis(port: int) -> "subprocess.Popen[bytes]":
    command = [find_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    process = subprocess.Popen([*command, "--save", ""], stdout=subprocess.DEVNULL)
    wait_for_port(port, process=process)
    return process


def test_jobs_go_on_when_redis_is_back_after_it_was_killed(tmp_path: Path) -> None:
    port = free_port()
    redis = start_redis(port)
    options = ("--workers", "1", "--job-workers", "1", "--queue", f"redis://127.0.0.1:{port}/0")
    try:
        with running_server(tmp_path, *options) as server:
            server.wait_for_start()
            client = server.client()
            recordings = [client.bring(write_wfdb(tmp_path / "in", name)) for name in ("r1", "r2")]
            redis.send_signal(signal.SIGKILL)
            redis.wait()
            recordings.append(client.bring(write_wfdb(tmp_path / "in", "r3")))
            assert len(client.get("/recordings", kind="recordings")) == 3
            redis = start_redis(port)
            for recording in recordings:
                analysis = client.wait(recording["analyses"][0]["id"], pause_s=0.1)
                assert (analysis["status"], analysis["error"]) == ("done", None)
    finally:
        redis.kill()
        redis.wait()
