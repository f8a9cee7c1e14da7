"""Settings of the web application, from options, environment variables and defaults.

Every field of `Settings` is an option of `ecgfuse serve` and an environment variable: `max_file_mb`
is `--max-file-mb` and `ECGFUSE_SERVE_MAX_FILE_MB`. An option has priority over a variable.
"""

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from ecgfuse.serve.access.addresses import LOOPBACK_NAMES, require_local, require_network
from ecgfuse.serve.options import (
    cores,
    default_data,
    half_the_cores,
    option,
    option_name,
    parse_names,
    parse_path,
    parse_yes,
    read_options,
    require_range,
    variable_name,
)

CHUNK_BYTES = 4 * 2**20
"""Largest piece of a file in one request."""

SQLITE_QUEUE = "sqlite"
"""Setting of the job queue in a file of the data folder."""

_MB, _GB = 2**20, 2**30
_LOG_LEVELS = ("debug", "info", "warning", "error")
_RANGES = {
    "port": (1, 65535),
    "workers": (1, 1024),
    "threads": (1, 1024),
    "job_workers": (0, 1024),
    "job_minutes": (0.1, 10**5),
    "job_memory_gb": (1, 10**4),
    "proxies": (0, 10),
    "rate_limit": (1, 10**9),
    "quota_gb": (0.01, 10**6),
    "max_file_mb": (0.01, 10**6),
    "lifetime_days": (0, 10**5),
}
"""Field -> its lowest and highest value."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of the web application; the help text of each field is in its metadata.

    Raises:
        ValueError: a value is out of range, or other machines could use the application without
            a token and without the authentication of a proxy.
    """

    host: str = field(default="127.0.0.1", metadata=option(str, "ADDRESS", "address to listen on"))
    port: int = field(default=8000, metadata=option(int, "PORT", "port to listen on"))
    data: Path = field(
        default_factory=default_data,
        metadata=option(
            parse_path,
            "FOLDER",
            "folder of recordings, results and database (default: ~/.local/share/ecgfuse)",
        ),
    )
    workers: int = field(
        default_factory=cores,
        metadata=option(int, "N", "processes that answer requests (default: one per core)"),
    )
    threads: int = field(default=8, metadata=option(int, "N", "threads of each of these processes"))
    job_workers: int = field(
        default_factory=half_the_cores,
        metadata=option(
            int,
            "N",
            "processes that analyse recordings, one at a time each (default: one per two cores)",
        ),
    )
    job_minutes: float = field(
        default=60.0, metadata=option(float, "N", "longest time of an analysis in minutes")
    )
    job_memory_gb: float = field(
        default=6.0,
        metadata=option(
            float, "GB", "most memory of an analysis; a recording that needs more is refused"
        ),
    )
    database: str = field(
        default="",
        metadata=option(
            str,
            "URL",
            "database, such as postgresql://USER@HOST/NAME (default: SQLite in the data folder)",
        ),
    )
    queue: str = field(
        default=SQLITE_QUEUE,
        metadata=option(str, "URL", "job queue: sqlite, or redis://HOST:PORT/N"),
    )
    examples: Path | None = field(
        default=None,
        metadata=option(
            parse_path, "FOLDER", "recordings offered as examples beside the built-in ones"
        ),
    )
    model: str = field(
        default="best",
        metadata=option(str, "NAME", "model of an analysis unless another is chosen"),
    )
    token_file: Path | None = field(
        default=None,
        metadata=option(
            parse_path, "FILE", "file with one 'NAME TOKEN' per line; only they can log in"
        ),
    )
    proxy_user_header: str = field(
        default="",
        metadata=option(str, "NAME", "header in which the proxy names the authenticated user"),
    )
    proxy_addresses: tuple[str, ...] = field(
        default=("127.0.0.1", "::1"),
        metadata=option(parse_names, "ADDRESSES", "addresses of the proxy; others cannot connect"),
    )
    proxies: int = field(
        default=0,
        metadata=option(int, "N", "proxies in front that set X-Forwarded-For, -Proto and -Host"),
    )
    server_names: tuple[str, ...] = field(
        default=(),
        metadata=option(parse_names, "NAMES", "host names under which the application is reached"),
    )
    https: bool = field(
        default=False,
        metadata=option(parse_yes, "1", "reached by HTTPS: cookies are sent over HTTPS only"),
    )
    quota_gb: float = field(
        default=20.0, metadata=option(float, "GB", "most that the data folder may hold")
    )
    max_file_mb: float = field(
        default=2048.0, metadata=option(float, "MB", "largest file that can be uploaded")
    )
    lifetime_days: float = field(
        default=30.0,
        metadata=option(float, "DAYS", "recordings not used for so long are deleted; 0 keeps them"),
    )
    rate_limit: int = field(
        default=3000, metadata=option(int, "N", "requests per minute of one person")
    )
    log_level: str = field(
        default="info", metadata=option(str, "LEVEL", f"one of {', '.join(_LOG_LEVELS)}")
    )

    def __post_init__(self) -> None:
        for name, (low, high) in _RANGES.items():
            require_range(getattr(self, name), name=name, low=low, high=high)
        if self.log_level not in _LOG_LEVELS:
            raise ValueError(
                f"{option_name('log_level')} {self.log_level} is unknown; use one of "
                f"{', '.join(_LOG_LEVELS)}"
            )
        if self.queue != SQLITE_QUEUE and not self.queue.startswith(("redis://", "rediss://")):
            raise ValueError(f"--queue {self.queue} is unknown; use sqlite, or redis://HOST:PORT/N")
        for address in self.proxy_addresses:
            require_network(address)
        if not self.needs_login:
            require_local(self.host, names=self.server_names)

    @property
    def database_url(self) -> str:
        """URL of the database; by default SQLite in the data folder."""
        return self.database or f"sqlite:///{self.data / 'ecgfuse.sqlite'}"

    @property
    def quota_bytes(self) -> int:
        """Most that the data folder may hold."""
        return int(self.quota_gb * _GB)

    @property
    def job_memory_bytes(self) -> int:
        """Most memory of an analysis."""
        return int(self.job_memory_gb * _GB)

    @property
    def max_file_bytes(self) -> int:
        """Largest file that can be uploaded."""
        return int(self.max_file_mb * _MB)

    @property
    def needs_login(self) -> bool:
        """Whether a request must be authenticated, by a token or by the proxy."""
        return self.token_file is not None or bool(self.proxy_user_header)

    @property
    def trusted_hosts(self) -> list[str] | None:
        """Host names accepted in requests, or None for all.

        Without tokens they are limited: otherwise a page of another site, whose name was pointed to
        127.0.0.1 meanwhile (DNS rebinding), could read recordings or name a user as the proxy does,
        and a proxy could make recordings public by mistake.
        """
        only_tokens = self.token_file is not None and not self.proxy_user_header
        if only_tokens and not self.server_names:
            return None
        return [*LOOPBACK_NAMES, *(name.lower() for name in self.server_names)]

    def to_environment(self) -> dict[str, str]:
        """Environment variables with which `load_settings` returns these settings."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            variable_name(name): ",".join(value) if isinstance(value, tuple) else str(value)
            for name, value in values.items()
            if value is not None
        }

    @classmethod
    def options(cls) -> list[Field[Any]]:
        """Fields with `parse`, `metavar` and `help` in their metadata."""
        return list(fields(cls))


def load_settings(
    options: Mapping[str, str | None] | None = None, environment: Mapping[str, str] | None = None
) -> Settings:
    """Settings from options and environment variables.

    Args:
        options: field -> text; None means that the option was not given.
        environment: default: that of the process.

    Raises:
        ValueError: a value is malformed or out of range.
    """
    return Settings(
        **read_options(
            Settings.options(),
            options=options or {},
            environment=os.environ if environment is None else environment,
        )
    )
