"""The web server: gunicorn with the Flask application. `ecgfuse serve` starts it as a process."""

import importlib
import sys
import threading
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from prometheus_client import multiprocess

from ecgfuse.serve.access.secret import read_secret
from ecgfuse.serve.app import create_app
from ecgfuse.serve.processes.children import MISCONFIGURED, wait_for_parent
from ecgfuse.serve.processes.logs import set_up_logs
from ecgfuse.serve.settings import Settings, load_settings

_END_S = 20
"""How long requests may go on after the end was asked for."""

_KEEP_CONNECTION_S = 15
_WARM_UP_AFTER_S = 2.0
_SLOW_MODULES = (
    "ecgfuse.serve.intake.intake",
    "ecgfuse.serve.api.answers.beats",
    "ecgfuse.serve.api.answers.files",
    "ecgfuse.serve.api.answers.labelled",
    "ecgfuse.serve.api.answers.numbers",
    "ecgfuse.serve.api.answers.overview",
    "ecgfuse.annotate.model",
)
"""What the API needs and the start page does not."""


class JsonLogger(Logger):
    """Passes the messages of gunicorn to the logs of the process."""

    def setup(self, cfg: Any) -> None:
        """Set the level, and leave writing to the handler of the root logger."""
        super().setup(cfg)
        self.error_log.handlers[:] = []
        self.error_log.propagate = True

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Log a warning, of a malformed request without its words, which may name a patient."""
        text = msg.partition(": ")[0] if msg.startswith("Invalid request") else msg
        super().warning(text, *args, **kwargs)


class Server(BaseApplication):
    """Gunicorn with our settings.

    Args:
        app: made before the workers are forked, which share its memory; it has no connections yet.
        settings: of the application.
        descriptor: of the socket that listens.
    """

    def __init__(self, app: Flask, *, settings: Settings, descriptor: int) -> None:
        self.app = app
        self.settings = settings
        self.descriptor = descriptor
        super().__init__()

    def load_config(self) -> None:
        """Set the options of gunicorn."""
        for name, value in {
            "bind": f"fd://{self.descriptor}",
            "preload_app": True,
            "workers": self.settings.workers,
            "worker_class": "gthread",
            "threads": self.settings.threads,
            "keepalive": _KEEP_CONNECTION_S,
            "graceful_timeout": _END_S,
            "loglevel": self.settings.log_level,
            "logger_class": JsonLogger,
            "proc_name": "ecgfuse",
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # the application itself knows its proxies
            "forwarder_headers": "",
            "post_worker_init": _warm_up_later,
            "child_exit": _forget_metrics,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application."""
        return self.app


def main(arguments: list[str]) -> None:
    """Serve.

    Args:
        arguments: the pipe to the parent, and the socket that listens.
    """
    settings = load_settings()
    set_up_logs(level=settings.log_level, secret=read_secret(settings.data))
    try:
        app = create_app(settings)
    except ValueError as error:
        print(f"ecgfuse: error: {error}", file=sys.stderr)
        sys.exit(MISCONFIGURED)
    wait_for_parent(int(arguments[0]))
    Server(app, settings=settings, descriptor=int(arguments[1])).run()


def _warm_up_later(_worker: object) -> None:
    """In a worker: import what the first analysis would have to wait for, after the first page."""
    timer = threading.Timer(_WARM_UP_AFTER_S, _warm_up)
    timer.daemon = True
    timer.start()


def _warm_up() -> None:
    for name in _SLOW_MODULES:
        importlib.import_module(name)


def _forget_metrics(_server: object, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)


if __name__ == "__main__":
    main(sys.argv[1:])
