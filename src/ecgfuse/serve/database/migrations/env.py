"""Run by Alembic: migrates the database of the connection that `upgrade` passes."""

from typing import Any, Literal

from alembic import context

from ecgfuse.serve.database.tables import Table, UtcDateTime


def _render(kind: str, value: Any, _context: object) -> str | Literal[False]:
    """Write our own types into new migrations as those of SQLAlchemy."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _migrate() -> None:
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Table.metadata,
        render_item=_render,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_migrate()
