"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply it."""
    op.create_table(
        "owner",
        _id(),
        _time("created"),
        sa.PrimaryKeyConstraint("id", name="pk_owner"),
    )
    op.create_table(
        "upload",
        _id(),
        _id("owner_id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        _time("created"),
        _time("finished", nullable=True),
        *_keys("upload", parent="owner"),
    )
    op.create_index("ix_upload_owner_id", "upload", ["owner_id"])
    op.create_table(
        "recording",
        _id(),
        _id("owner_id"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("fs", sa.Double(), nullable=True),
        sa.Column("n_samples", sa.BigInteger(), nullable=True),
        sa.Column("leads", sa.JSON(), nullable=False),
        _time("start", nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("has_reference", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        _time("created"),
        _time("last_used"),
        *_keys("recording", parent="owner"),
    )
    op.create_index("ix_recording_last_used", "recording", ["last_used"])
    op.create_index("ix_recording_owner_id_created", "recording", ["owner_id", "created"])
    op.create_table(
        "analysis",
        _id(),
        _id("recording_id"),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("lead", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("eta_s", sa.Double(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        _time("heartbeat", nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _time("created"),
        _time("started", nullable=True),
        _time("finished", nullable=True),
        *_keys("analysis", parent="recording"),
    )
    op.create_index("ix_analysis_recording_id", "analysis", ["recording_id"])
    op.create_index("ix_analysis_status", "analysis", ["status"])
    op.create_table(
        "correction",
        _id(),
        _id("analysis_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sample", sa.BigInteger(), nullable=False),
        sa.Column("from_class", sa.String(length=16), nullable=False),
        sa.Column("to_class", sa.String(length=16), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        _time("created"),
        *_keys("correction", parent="analysis"),
        sa.UniqueConstraint("analysis_id", "number", name="uq_correction_analysis_id_number"),
    )


def downgrade() -> None:
    """Take it back."""
    for table in ("correction", "analysis", "recording", "upload", "owner"):
        op.drop_table(table)


def _id(name: str = "id") -> sa.Column[str]:
    return sa.Column(name, sa.String(length=22), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _keys(table: str, *, parent: str) -> tuple[sa.Constraint, ...]:
    """Primary key, and foreign key to the table above."""
    return (
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            [f"{parent}_id"],
            [f"{parent}.id"],
            name=f"fk_{table}_{parent}_id_{parent}",
            ondelete="CASCADE",
        ),
    )
