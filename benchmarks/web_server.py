"""`ecgfuse serve` as a process of its own, and the memory of all its processes."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from web_client import Client

import ecgfuse

WORKERS = ("--workers", "2", "--job-workers", "2")
"""Options of the measured servers."""
KINDS = {"web_process": "web", "job_process": "jobs"}
"""Module of a process -> its kind; that of all others is "main"."""
_END_S = 60.0
_LOOK_S = 0.005


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server."""

    process: "subprocess.Popen[bytes]"
    began: float
    """When it was started (`time.perf_counter`)."""
    port: int
    tokens: tuple[str, ...]
    """Of as many persons as were asked for."""
    log: Path
    clients: list[Client] = field(default_factory=list)

    def client(self, person: int = 0) -> Client:
        """A program of one person; its connection is closed at the end."""
        self.clients.append(
            Client(port=self.port, token=self.tokens[person] if self.tokens else "")
        )
        return self.clients[-1]

    def processes(self, kind: str | None = None) -> list[psutil.Process]:
        """Its processes, without those that have ended."""
        own = psutil.Process(self.process.pid)
        found = [own, *own.children(recursive=True)]
        return [one for one in found if kind in (None, _kind_of(one))]

    def wait_for_start(self) -> float:
        """Wait until the start page is there; seconds since its start."""
        client = self.client()
        while True:
            assert self.process.poll() is None, self.log.read_text()
            try:
                answer = client.ask("/", kind="start")
            except OSError:
                time.sleep(_LOOK_S)
                continue
            assert answer.status == 200, answer
            return time.perf_counter() - self.began


@contextmanager
def running_server(folder: Path, *options: str, persons: int = 1) -> Iterator[Server]:
    """Start `ecgfuse serve`, and end it after the block.

    Args:
        folder: its data and its log are kept there.
        options: of the command.
        persons: number of tokens; 0 for a server without a login.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tokens = tuple(f"person-{number}-" + 24 * "x" for number in range(persons))
    port, log = free_port(), folder / "server.log"
    command = [sys.executable, "-m", "ecgfuse", "serve", "--port", str(port)]
    command += ["--data", str(folder / "data"), *options]
    if tokens:
        token_file = folder / "tokens"
        token_file.write_text("".join(f"p{i} {token}\n" for i, token in enumerate(tokens)))
        token_file.chmod(0o600)
        command += ["--token-file", str(token_file)]
    began = time.perf_counter()
    with log.open("ab") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, env=_environment())
    server = Server(process=process, began=began, port=port, tokens=tokens, log=log)
    try:
        yield server
    finally:
        for client in server.clients:
            client.close()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(_END_S)


def _environment() -> dict[str, str]:
    """With the package that this process uses."""
    return os.environ | {"PYTHONPATH": str(Path(ecgfuse.__file__).parents[1])}


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@dataclass
class MemoryWatch:
    """Samples the memory of a server in a thread, within its block.

    Memory is the proportional set size: pages that processes share are counted once.
    """

    server: Server
    every_s: float = 1.0
    seconds: list[float] = field(default_factory=list)
    """Times of the samples from the begin of the block."""
    megabytes: dict[str, list[float]] = field(
        default_factory=lambda: {kind: [] for kind in ("main", *KINDS.values())}
    )
    """Kind of process -> memory of all of them at each time."""
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @property
    def peak_mb(self) -> float:
        """Largest memory of all processes at one time."""
        return max(map(sum, zip(*self.megabytes.values(), strict=True)), default=0.0)

    @property
    def peaks_mb(self) -> dict[str, int]:
        """Kind of process -> largest memory of all of them at one time."""
        return {kind: round(max(series)) for kind, series in self.megabytes.items()}

    def __enter__(self) -> "MemoryWatch":
        self._begin = time.monotonic()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        assert self._thread is not None
        self._thread.join()

    def _run(self) -> None:
        while True:
            found = memory_mb(self.server.processes())
            self.seconds.append(round(time.monotonic() - self._begin, 2))
            for kind, series in self.megabytes.items():
                series.append(round(found[kind], 1))
            if self._end.wait(self.every_s):
                return


def memory_mb(processes: Sequence[psutil.Process]) -> dict[str, float]:
    """Kind of process -> proportional set size of all of them in MB."""
    found = dict.fromkeys(("main", *KINDS.values()), 0.0)
    for process in processes:
        try:
            found[_kind_of(process)] += process.memory_full_info().pss / 1e6
        except psutil.Error:  # it has ended
            continue
    return found


def spread_ms(seconds: Sequence[float]) -> dict[str, float]:
    """Number, median, 95th percentile and maximum of durations, in milliseconds."""
    ms = 1000 * np.array(seconds)
    p50, p95 = np.percentile(ms, [50, 95]).tolist()
    return {
        "n": len(ms),
        "p50": round(p50, 1),
        "p95": round(p95, 1),
        "max": round(float(ms.max()), 1),
    }


def _kind_of(process: psutil.Process) -> str:
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        return "main"
    return next((kind for module, kind in KINDS.items() if module in command), "main")
