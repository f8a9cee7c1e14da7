"""Servers of other programs, started for a test in a folder of its own."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from root import ROOT

REQUIRE = "ECGFUSE_REQUIRE_PROGRAMS"
"""Variable of the environment: if it is set, as in CI, a program must not be missing."""
_WAIT_S = 30.0


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for_port(port: int, *, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Wait until something listens; fail if the process has ended."""
    until = time.monotonic() + _WAIT_S
    while time.monotonic() < until:
        assert process is None or process.poll() is None, "the server has ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")


def find_program(name: str, *folders: Path) -> str:
    """Path of a program; without it, the test is skipped, or fails if `REQUIRE` is set."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", *map(str, folders)])
    found = shutil.which(name, path=path)
    if found is None and os.environ.get(REQUIRE):
        pytest.fail(f"{name} is not installed, and {REQUIRE} is set")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@dataclass(frozen=True)
class ServedApplication:
    """A running `ecgfuse serve`."""

    url: str
    data: Path
    """Its data folder."""
    pid: int

    @contextmanager
    def without_jobs(self) -> Iterator[None]:
        """Halt its job process, as if it were slow."""
        (jobs,) = [
            child
            for child in psutil.Process(self.pid).children()
            if "ecgfuse.serve.processes.job_process" in child.cmdline()
        ]
        jobs.suspend()
        try:
            yield
        finally:
            jobs.resume()


@contextmanager
def serve_application(folder: Path, *options: str) -> Iterator[ServedApplication]:
    """`ecgfuse serve` with one process of each kind, its data and log in a folder."""
    port, data = free_port(), folder / "data"
    command = [sys.executable, "-m", "ecgfuse", "serve", "--data", str(data), "--port", str(port)]
    command += ["--workers", "1", "--job-workers", "1", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with _running(command, log=folder / "serve.log", env=environment) as process:
        wait_for_port(port, process=process)
        yield ServedApplication(url=f"http://127.0.0.1:{port}", data=data, pid=process.pid)


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server with an empty database; its URL."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    initdb, server = (find_program(name, *versions) for name in ("initdb", "postgres"))
    with TemporaryDirectory(prefix="ecgfuse-pg-") as home:
        if os.geteuid() == 0:  # PostgreSQL refuses root
            shutil.chown(home, "postgres")
        data = Path(home) / "data"
        _run([initdb, "--auth=trust", "--username=ecg", "--no-sync", "-D", str(data)])
        port = free_port()
        options = ["-p", str(port), "-k", home, "-h", "127.0.0.1", "-F"]
        with _running(_as_user([server, "-D", str(data), *options]), log=folder / "pg.log"):
            _wait_for_postgresql(port, ready=find_program("pg_isready", *versions))
            yield f"postgresql://ecg@127.0.0.1:{port}/postgres"


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """A Redis server; its URL."""
    port = free_port()
    command = [find_program("redis-server"), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--dir", str(folder), "--save", "", "--appendonly", "no"]
    with _running(command, log=folder / "redis.log") as process:
        wait_for_port(port, process=process)
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _running(
    command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=env)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for_postgresql(port: int, *, ready: str) -> None:
    command = [ready, "--quiet", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + _WAIT_S
    while subprocess.run(command, check=False).returncode != 0:
        if time.monotonic() > until:
            raise TimeoutError("PostgreSQL does not start")
        time.sleep(0.05)


def _run(command: Sequence[str]) -> None:
    subprocess.run(_as_user(command), check=True, capture_output=True, timeout=60)


def _as_user(command: Sequence[str]) -> list[str]:
    """The command, not as root."""
    if os.geteuid() != 0:
        return [*command]
    return [find_program("setpriv"), "--reuid=postgres", "--regid=postgres", "--clear-groups",
            *command]  # fmt: skip
