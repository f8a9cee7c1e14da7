"""`ecgfuse serve`: starts the web server and the job processes, and watches them."""

import errno
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Literal

from ecgfuse.serve.processes.children import Child, end_all
from ecgfuse.serve.settings import Settings

Part = Literal["web", "jobs"]
"""Web server or job processes."""

METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # also in monitoring.py, which needs its library

_BACKLOG = 512
_LOOK_S = 0.1
_JOBS_AFTER_S = 1.0
"""Job processes, which load much, start when the first page has probably been answered."""
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}
"""Connections of clients that have vanished are closed after two minutes."""


def serve(settings: Settings, *, parts: Sequence[Part] = ("web", "jobs")) -> int:
    """Serve until interrupted.

    Returns:
        Exit code.

    Raises:
        ValueError: a setting cannot be used, or a process cannot start.
    """
    with ExitStack() as stack:
        children: list[Child] = []
        stack.callback(end_all, children)
        prepare_data(settings)
        if "web" in parts:
            listener = stack.enter_context(listen(settings))
            metrics = tempfile.mkdtemp(prefix="ecgfuse-metrics-")
            stack.callback(shutil.rmtree, metrics, ignore_errors=True)
            children.append(_web(settings, listener=listener, metrics=Path(metrics)))
        try:
            for child in children:  # it loads while the database is prepared
                child.start()
            prepare_database(settings)
            for child in children:
                child.let_go()
            _greet(settings, parts=parts)
            if "jobs" in parts:
                after_s = _JOBS_AFTER_S if "web" in parts else 0.0
                children += [_jobs(settings, after_s=after_s) for _ in range(settings.job_workers)]
            _watch(children)
        except KeyboardInterrupt:
            print("ecgfuse: ending ...", flush=True)
    return 0


def prepare_data(settings: Settings) -> None:
    """Make the data folder and its secret, and read the token file once.

    Raises:
        ValueError: one of them cannot be used.
    """
    from ecgfuse.serve.access.secret import read_secret
    from ecgfuse.serve.access.tokens import read_tokens
    from ecgfuse.serve.files.reserve import keep_reserve
    from ecgfuse.serve.files.storage import Storage
    from ecgfuse.serve.models import DEFAULT_MODEL, model_names

    if settings.model not in (DEFAULT_MODEL, *model_names()):
        raise ValueError(
            f"--model {settings.model}: no such model; choose one of: {', '.join(model_names())}"
        )
    if settings.token_file:
        read_tokens(settings.token_file)
    if settings.examples and not settings.examples.is_dir():
        raise ValueError(f"--examples {settings.examples}: no such folder; name another or omit it")
    keep_reserve(Storage(settings.data, settings.quota_bytes).folder)
    read_secret(settings.data)


def prepare_database(settings: Settings) -> None:
    """Bring the tables up to date.

    Raises:
        ValueError: the database cannot be reached, or is of a newer version.
    """
    from sqlalchemy.exc import OperationalError

    from ecgfuse.serve.database.connect import open_database

    database = open_database(settings.database_url)
    try:
        database.upgrade()
    except OperationalError as error:
        reason = str(error.orig).strip().splitlines()[0]
        raise ValueError(
            f"--database: not available ({reason}); check that it runs and that its address, name "
            "and password are right"
        ) from None
    finally:
        database.close()


def listen(settings: Settings) -> socket.socket:
    """Listen on the address and port; requests wait until the web server has started.

    Raises:
        ValueError: it is not possible.
    """
    host = settings.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        cure = {
            errno.EADDRINUSE: "another program uses it; choose another --port",
            errno.EACCES: "no permission; choose a --port above 1023",
        }.get(error.errno or 0, f"{error.strerror}; choose another --host or --port")
        raise ValueError(f"cannot listen on {host}, port {settings.port}: {cure}") from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):
            listener.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return listener


def _web(settings: Settings, *, listener: socket.socket, metrics: Path) -> Child:
    return Child(
        module="ecgfuse.serve.processes.web_process",
        settings=settings,
        arguments=(str(listener.fileno()),),
        descriptors=(listener.fileno(),),
        environment={METRICS_FOLDER: str(metrics)},
    )


def _jobs(settings: Settings, *, after_s: float) -> Child:
    return Child(module="ecgfuse.serve.processes.job_process", settings=settings, after_s=after_s)


def _greet(settings: Settings, *, parts: Sequence[Part]) -> None:
    if "web" in parts:
        host = f"[{settings.host.strip('[]')}]" if ":" in settings.host else settings.host
        print(f"ecgfuse: http://{host}:{settings.port}/  (Ctrl-C ends it)")
    print(f"ecgfuse: data in {settings.data}", flush=True)


def _watch(children: Sequence[Child]) -> None:
    """Start what does not run yet, and again what ends, for ever."""
    while True:
        time.sleep(_LOOK_S)
        for child in children:
            code = child.watch()
            if code is not None:
                _warn(f"{child.module} ended (exit code {code}); it is started again")


def _warn(text: str) -> None:
    """Say it, unless that is impossible, as with a log on a full disk."""
    with suppress(OSError):
        print(f"ecgfuse: {text}", file=sys.stderr, flush=True)
