"""ecgfuse serve: the web application."""

import argparse
import os
from dataclasses import MISSING, Field
from importlib.util import find_spec
from typing import Any

from ecgfuse.cli.arguments import Subparsers, complete_files
from ecgfuse.serve.options import option_name, variable_name
from ecgfuse.serve.settings import Settings, load_settings

_DESCRIPTION = """\
Show recordings in a browser: upload them, look at every heartbeat and its class, correct labels,
and take the results away. Only this machine can connect, unless --host says otherwise; then
--token-file or --proxy-user-header is required.

For research use only: not a medical device.
"""
_EPILOG = f"""\
examples:
  ecgfuse serve                                 then open http://127.0.0.1:8000/
  ecgfuse serve --port 8001 --data /srv/ecgfuse
  ecgfuse serve --examples mitdb/               offer your own recordings as examples
  ecgfuse serve --host 0.0.0.0 --token-file tokens.txt
  ecgfuse serve --only jobs --queue redis://10.0.0.5/0 --database postgresql://ecg@10.0.0.5/ecg

Every option is an environment variable, too, such as {variable_name("max_file_mb")}; options go
before. docs/web.md describes an installation with nginx, systemd, Redis and PostgreSQL.
"""
_FILES = ("data", "examples", "token_file")
_FOR_ITS_OWNER = 0o077
"""Mask of the files that this process and its children make: nobody else may read them."""
_PACKAGES = (
    "alembic", "flask", "flask_babel", "flask_limiter", "flask_smorest", "flask_wtf", "gunicorn",
    "huey", "prometheus_client", "psycopg", "redis", "sqlalchemy", "structlog",
)  # fmt: skip


def add_serve(subparsers: Subparsers) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "serve",
        help="the web application: recordings in a browser",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for field in Settings.options():
        flag: dict[str, Any] = {"nargs": "?", "const": "1"} if field.type is bool else {}
        action = parser.add_argument(
            option_name(field.name),
            metavar=field.metadata["metavar"],
            help=_help(field),
            **flag,
        )
        if field.name in _FILES:
            complete_files(action)
    parser.add_argument(
        "--only",
        choices=("web", "jobs"),
        help="start the web server or the job processes alone, as on several machines",
    )
    parser.set_defaults(run=_serve)


def _help(field: "Field[Any]") -> str:
    """Help of an option, with its default unless the text says it or there is none."""
    default = field.default
    if default is MISSING or default in ("", None, False, ()):
        return str(field.metadata["help"])
    text = ",".join(default) if isinstance(default, tuple) else default
    return f"{field.metadata['help']} (default: {text})"


def _serve(arguments: argparse.Namespace) -> int:
    _require_packages()
    from ecgfuse.serve.processes.run import serve

    settings = load_settings({one.name: getattr(arguments, one.name) for one in Settings.options()})
    os.umask(_FOR_ITS_OWNER)
    return serve(settings, parts=(arguments.only,) if arguments.only else ("web", "jobs"))


def _require_packages() -> None:
    """Raise an error if packages of the extra `serve` are missing."""
    missing = [name for name in _PACKAGES if find_spec(name) is None]
    if missing:
        raise ValueError(
            f"the web application needs more packages ({', '.join(missing)}); install ecgfuse with "
            "its extra 'serve', such as \"pip install '.[serve]'\" in a clone"
        )
