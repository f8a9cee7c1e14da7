"""Tables: owners, files in transfer, recordings, analyses and corrections of labels.

All of these belong to an owner, and queries filter by owner. Logins that have ended stand beside
them. Ids are those of `ecgfuse.serve.files.ids`.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from ecgfuse.serve.files.ids import new_id

_ID = String(22)
_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that migrations can refer to them on every database."""


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite keeps no time zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC.

        Raises:
            ValueError: the time has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(
                f"time {value} has no time zone; use ecgfuse.serve.database.tables.now"
            )
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """With the time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=_NAMING)
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012


class Owner(Table):
    """A person: a browser's session, a name in the token file, or a user of the proxy."""

    __tablename__ = "owner"

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    created: Mapped[datetime] = mapped_column(default=now)


def _owner() -> Mapped[str]:
    return mapped_column(_ID, ForeignKey("owner.id", ondelete="CASCADE"))


class EndedLogin(Table):
    """A login of a browser that has ended, as long as a copy of its cookie could be valid."""

    __tablename__ = "ended_login"

    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    ended: Mapped[datetime] = mapped_column(default=now)


class Upload(Table):
    """A file in transfer."""

    __tablename__ = "upload"
    __table_args__ = (Index(None, "owner_id"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    owner_id: Mapped[str] = _owner()
    name: Mapped[str] = mapped_column(Text)
    """Name that the person gave the file. It is never the name of a file here."""
    size: Mapped[int] = mapped_column(BigInteger)
    """Announced size in bytes."""
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    """Bytes received so far."""
    created: Mapped[datetime] = mapped_column(default=now)
    finished: Mapped[datetime | None]


class RecordingRow(Table):
    """A recording; its files lie in the folder of its id."""

    __tablename__ = "recording"
    __table_args__ = (Index(None, "owner_id", "created"), Index(None, "last_used"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    owner_id: Mapped[str] = _owner()
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    """wfdb, edf, csv or single_beats."""
    folder: Mapped[str] = mapped_column(Text)
    """Main file relative to the recording's folder."""
    fs: Mapped[float | None]
    """Sampling rate in Hz."""
    n_samples: Mapped[int | None] = mapped_column(BigInteger)
    leads: Mapped[list[Any]] = mapped_column(default=list)
    """Names of the leads."""
    start: Mapped[datetime | None]
    warnings: Mapped[list[Any]] = mapped_column(default=list)
    has_reference: Mapped[bool] = mapped_column(default=False)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """fs, units, lead and label_column as given by the person."""
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    created: Mapped[datetime] = mapped_column(default=now)
    last_used: Mapped[datetime] = mapped_column(default=now)


class AnalysisRow(Table):
    """An analysis of a recording by a model, and the state of its job."""

    __tablename__ = "analysis"
    __table_args__ = (Index(None, "recording_id"), Index(None, "status"))

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    recording_id: Mapped[str] = mapped_column(_ID, ForeignKey("recording.id", ondelete="CASCADE"))
    model: Mapped[str] = mapped_column(Text)
    lead: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(16), default="queued")
    """queued, running, done, failed or cancelled."""
    progress: Mapped[float] = mapped_column(default=0.0)
    """0 to 1."""
    stage: Mapped[str | None] = mapped_column(String(16))
    """reading, detecting, classifying or writing."""
    eta_s: Mapped[float | None]
    """Expected time left in seconds."""
    error: Mapped[str | None] = mapped_column(Text)
    heartbeat: Mapped[datetime | None]
    """Last sign of life of the process that does the job."""
    attempts: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    """Number of changes of the corrections."""
    created: Mapped[datetime] = mapped_column(default=now)
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]


class CorrectionRow(Table):
    """A corrected label; the log is only appended to."""

    __tablename__ = "correction"
    __table_args__ = (UniqueConstraint("analysis_id", "number"),)

    id: Mapped[str] = mapped_column(_ID, primary_key=True, default=new_id)
    analysis_id: Mapped[str] = mapped_column(_ID, ForeignKey("analysis.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1, within the analysis."""
    sample: Mapped[int] = mapped_column(BigInteger)
    """R peak of the beat, as in the beats of the analysis."""
    from_class: Mapped[str] = mapped_column(String(16))
    to_class: Mapped[str] = mapped_column(String(16))
    undone: Mapped[bool] = mapped_column(default=False)
    superseded: Mapped[bool] = mapped_column(default=False)
    """Undone and replaced by a newer one, so that it can no longer be redone."""
    created: Mapped[datetime] = mapped_column(default=now)
