"""State of the jobs in the database.

Messages in the queue only say that there may be something to do. A process owns a job once it has
changed its row from queued to running, and until another one does so again or somebody cancels it:
every change names the attempt, so that a process which was taken for dead cannot spoil the work of
its successor.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.engine import CursorResult

from ecgfuse.serve.analysis.job import Analysed
from ecgfuse.serve.analysis.progress import Standing
from ecgfuse.serve.database.connect import Database
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow, now

STALE_S = 30.0
"""A job without a sign of life for so long is taken up again."""
MOST_ATTEMPTS = 3
"""A job that so many processes did not survive has failed."""
QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"

_FATAL = (
    f"the analysis was interrupted {MOST_ATTEMPTS} times, probably because the server has too "
    "little memory for this recording; cut it into shorter parts, or ask the administrator"
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A job that this process owns."""

    analysis_id: str
    attempt: int


def claim(database: Database, analysis_id: str) -> Claim | None:
    """Take a queued job; None if it is not queued any more."""
    moment = now()
    values = {
        "status": RUNNING,
        "attempts": AnalysisRow.attempts + 1,
        "heartbeat": moment,
        "started": moment,
        "finished": None,
        "progress": 0.0,
        "stage": None,
        "eta_s": None,
        "error": None,
    }
    chosen = (AnalysisRow.id == analysis_id, AnalysisRow.status == QUEUED)
    with database.session() as session:
        changed = session.execute(update(AnalysisRow).where(*chosen).values(values))
        if not _has_changed(changed):
            return None
        attempt = session.scalar(select(AnalysisRow.attempts).where(AnalysisRow.id == analysis_id))
    return Claim(analysis_id=analysis_id, attempt=attempt or 0)


def report(database: Database, owned: Claim, standing: Standing) -> bool:
    """Give a sign of life; whether the job is still that of this process."""
    return _change(
        database,
        owned,
        heartbeat=now(),
        stage=standing.stage,
        progress=round(standing.progress, 4),
        eta_s=round(standing.eta_s, 1),
    )


def finish(database: Database, owned: Claim, *, recording_id: str, analysed: Analysed) -> bool:
    """Mark a job as done, and complete what is known of its recording; False if it was lost."""
    values = {
        "fs": analysed.fs,
        "n_samples": analysed.n_samples,
        "leads": list(analysed.leads),
        "warnings": list(analysed.warnings),
    }
    with database.session() as session:
        done = {
            "status": DONE,
            "progress": 1.0,
            "stage": None,
            "eta_s": 0.0,
            "finished": now(),
        }
        changed = session.execute(update(AnalysisRow).where(*_own(owned)).values(done))
        if not _has_changed(changed):
            return False
        session.execute(update(RecordingRow).where(RecordingRow.id == recording_id).values(values))
    return True


def fail(database: Database, owned: Claim, error: str) -> bool:
    """Mark a job as failed, with one sentence about the cause and the cure."""
    return _change(database, owned, status=FAILED, error=error, eta_s=None, finished=now())


def release(database: Database, owned: Claim) -> bool:
    """Give a job back that this process cannot end, because it is told to stop."""
    attempts = AnalysisRow.attempts - 1
    return _change(database, owned, status=QUEUED, attempts=attempts, heartbeat=None, eta_s=None)


def cancel(database: Database, analysis_id: str) -> bool:
    """Cancel a job that is queued or running; whether it was. Its process stops soon after."""
    with database.session() as session:
        changed = session.execute(
            update(AnalysisRow)
            .where(AnalysisRow.id == analysis_id, AnalysisRow.status.in_((QUEUED, RUNNING)))
            .values(status=CANCELLED, finished=now(), eta_s=None)
        )
    return _has_changed(changed)


def restart(database: Database, analysis_id: str) -> bool:
    """Queue a job again that has failed or was cancelled; whether it had."""
    with database.session() as session:
        changed = session.execute(
            update(AnalysisRow)
            .where(AnalysisRow.id == analysis_id, AnalysisRow.status.in_((FAILED, CANCELLED)))
            .values(status=QUEUED, attempts=0, error=None, progress=0.0, finished=None)
        )
    return _has_changed(changed)


def take_up(database: Database, *, moment: datetime | None = None) -> list[str]:
    """Queue jobs again whose process gives no sign of life.

    Args:
        moment: the time now.

    Returns:
        Ids of all queued jobs, oldest first; some may have lost their message.
    """
    limit = (moment or now()) - timedelta(seconds=STALE_S)
    stale = (AnalysisRow.status == RUNNING, AnalysisRow.heartbeat < limit)
    with database.reading() as session:
        has_stale = session.scalar(select(AnalysisRow.id).where(*stale).limit(1)) is not None
    if has_stale:
        with database.session() as session:
            session.execute(
                update(AnalysisRow)
                .where(*stale, AnalysisRow.attempts >= MOST_ATTEMPTS)
                .values(status=FAILED, error=_FATAL, eta_s=None, finished=now())
            )
            session.execute(
                update(AnalysisRow).where(*stale).values(status=QUEUED, heartbeat=None, eta_s=None)
            )
    with database.reading() as session:
        query = select(AnalysisRow.id).where(AnalysisRow.status == QUEUED)
        return list(session.scalars(query.order_by(AnalysisRow.created)))


def _own(owned: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        AnalysisRow.id == owned.analysis_id,
        AnalysisRow.attempts == owned.attempt,
        AnalysisRow.status == RUNNING,
    )


def _change(database: Database, owned: Claim, **values: object) -> bool:
    with database.session() as session:
        changed = session.execute(update(AnalysisRow).where(*_own(owned)).values(values))
    return _has_changed(changed)


def _has_changed(result: object) -> bool:
    assert isinstance(result, CursorResult)
    return result.rowcount == 1
