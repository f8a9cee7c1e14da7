"""Migrations by Alembic; they ship with the package and run when the application starts."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, text

_LOCK = 0x6563_6766
"""Key of the lock that lets one process at a time migrate a PostgreSQL database."""


def upgrade(engine: Engine) -> None:
    """Bring the tables up to date; several processes may call it at the same time.

    Raises:
        ValueError: the database was made by a newer version.
    """
    with engine.begin() as connection:  # SQLite: nobody else writes from here
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        try:
            command.upgrade(alembic_config(connection), "head")
        except CommandError as error:
            raise ValueError(
                f"the database was made by another version of ecgfuse ({error}); use that "
                "version, or restore the backup from before its upgrade"
            ) from None


def is_current(engine: Engine) -> bool:
    """Whether the tables are up to date."""
    with engine.connect() as connection:
        config = alembic_config(connection)
        head = ScriptDirectory.from_config(config).get_current_head()
        return MigrationContext.configure(connection).get_current_revision() == head


def alembic_config(connection: Connection) -> Config:
    """Configuration of Alembic for a connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    return config
