"""Connections: SQLite in the data folder by default, PostgreSQL by its URL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

BUSY_TIMEOUT_S = 10.0
"""How long a writer waits for another one (SQLite)."""

_READING = "ecgfuse_reading"
_ALONE = 20
"""Number of the lock of `Database.alone` (PostgreSQL)."""
_SQLITE_FULL = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_SHMSIZE)
_POSTGRESQL_FULL = "53100"
"""Codes of the errors when the disk is full."""


class Database:
    """A database with the tables of `ecgfuse.serve.database.tables`.

    Connections are opened when first needed.

    Args:
        engine: made by `open_database`.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writers = sessionmaker(engine, expire_on_commit=False)
        reading = engine.execution_options(**{_READING: True, "postgresql_readonly": True})
        self._readers = sessionmaker(reading, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that may write; committed at the end of the block, or rolled back.

        With SQLite, one such block runs at a time; keep slow work outside of it. Rows can be used
        after the block.
        """
        with self._writers.begin() as session:
            yield session

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """The same for a decision about the whole database; one such block runs at a time."""
        with self.session() as session:
            if self.engine.dialect.name == "postgresql":  # SQLite has one writer anyway
                session.execute(text(f"SELECT pg_advisory_xact_lock({_ALONE})"))
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads. It does not wait for writers, nor they for it."""
        with self._readers() as session:
            yield session

    def upgrade(self) -> None:
        """Bring the tables up to date, from an empty database or an earlier version."""
        from ecgfuse.serve.database.upgrade import upgrade

        upgrade(self.engine)

    def forget_deleted(self) -> None:
        """Remove deleted rows from SQLite's log, too; while somebody reads them, it is left out."""
        if self.engine.dialect.name != "sqlite":
            return
        with closing(self.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            for pragma in (
                "busy_timeout=200",
                "wal_checkpoint(TRUNCATE)",
                f"busy_timeout={1000 * BUSY_TIMEOUT_S:.0f}",
            ):
                cursor.execute(f"PRAGMA {pragma}").fetchall()
            cursor.close()

    def check(self) -> None:
        """Raise an error of SQLAlchemy if the database does not answer."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def close(self, *, forked: bool = False) -> None:
        """Close the connections.

        Args:
            forked: in a new process, forget those of its parent without closing them.
        """
        self.engine.dispose(close=not forked)


def is_full(error: BaseException) -> bool:
    """Whether the database cannot be written since its disk is full."""
    origin = getattr(error, "orig", None)
    code = getattr(origin, "sqlite_errorcode", None)
    return code in _SQLITE_FULL or getattr(origin, "sqlstate", None) == _POSTGRESQL_FULL


def open_database(url: str) -> Database:
    """Open a database.

    Args:
        url: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.

    Raises:
        ValueError: the URL is malformed or of another database.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise ValueError(f"--database {url!r} is no URL; {_URLS}") from None
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return Database(create_engine(parsed, pool_pre_ping=True, hide_parameters=True))
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_S}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return Database(engine)
    raise ValueError(f"--database {parsed.get_backend_name()} is not supported; {_URLS}")


_URLS = "use postgresql://USER:PASSWORD@HOST/NAME, or omit it for SQLite in the data folder"


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Settings of a new connection; deleted contents are overwritten by zeros."""
    connection.isolation_level = None  # transactions begin in `_begin_sqlite`
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction; a writer takes the lock at once.

    A transaction that reads first and writes later would fail without waiting if another one
    wrote meanwhile.
    """
    reading = connection.get_execution_options().get(_READING, False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
