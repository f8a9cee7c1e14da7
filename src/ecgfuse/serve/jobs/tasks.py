"""What a process does for a job, whatever happens on the way."""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import OperationalError

from ecgfuse.annotate.annotator import Annotator
from ecgfuse.serve.analysis.analyse import analyse_recording
from ecgfuse.serve.analysis.job import Analysed, RecordingJob
from ecgfuse.serve.analysis.limits import Limits, require_short_lines
from ecgfuse.serve.analysis.plain_words import sentence_of
from ecgfuse.serve.analysis.progress import Paces, Progress
from ecgfuse.serve.analysis.pyramid import FOLDER
from ecgfuse.serve.database.connect import Database, is_full
from ecgfuse.serve.database.tables import AnalysisRow, RecordingRow
from ecgfuse.serve.files.reserve import give_up_reserve
from ecgfuse.serve.files.storage import Storage
from ecgfuse.serve.intake.single_beats import SINGLE_BEATS, analyse_single_beats
from ecgfuse.serve.jobs.heart import BEAT_S, GRACE_S, Heart, Stop
from ecgfuse.serve.jobs.interrupt import Interrupted, Interruption
from ecgfuse.serve.jobs.progress import Claim, claim, fail, finish, release

_UNEXPECTED = (
    "the analysis ended with an unexpected error ({kind}); the administrator finds the details in "
    "the log of the server, under the time at which it ended"
)
_TABLES = ("csv", SINGLE_BEATS)
"""Kinds of recordings that are text."""
_PATIENCE_S = 60.0
"""How long the end of a job is tried to be stored in a locked database."""
_log = logging.getLogger(__name__)


@dataclass
class Workshop:
    """What a process keeps from job to job."""

    database: Database
    storage: Storage
    limits: Limits = field(default_factory=Limits)
    abandon: Callable[[], None] = lambda: None
    """Ends the process of a job that cannot be interrupted."""
    paces: Paces = field(default_factory=Paces)
    beat_s: float = BEAT_S
    grace_s: float = GRACE_S
    _annotators: dict[str, Annotator] = field(default_factory=dict)

    def annotator(self, model: str) -> Annotator:
        """The annotator of a model, loaded once.

        Raises:
            ValueError: there is no such model.
        """
        if model not in self._annotators:
            self._annotators[model] = Annotator(model)
        return self._annotators[model]


def run_job(analysis_id: str, *, workshop: Workshop, stop: Stop) -> None:
    """Do a job, unless it was done, cancelled or taken by another process meanwhile.

    Its row tells the outcome. If the process is told to stop, the job is queued again.
    """
    owned = claim(workshop.database, analysis_id)
    if owned is None:
        return
    rows = _rows(workshop.database, analysis_id)
    if rows is None:
        return  # deleted
    analysis, recording = rows
    job = _job(analysis, recording, owned=owned, workshop=workshop)
    outcome: Callable[[], object]
    progress = Progress()
    interruption = Interruption()
    heart = Heart(
        workshop.database,
        owned,
        progress=progress,
        stop=stop,
        interrupt=interruption.now,
        abandon=workshop.abandon,
        limit_s=workshop.limits.seconds,
        beat_s=workshop.beat_s,
        grace_s=workshop.grace_s,
    )
    try:
        with heart, interruption:
            analysed = _work(job, analysis, recording, workshop=workshop, progress=progress)
        outcome = _finishing(workshop.database, owned, recording=recording, analysed=analysed)
    except Interrupted:
        if heart.is_late:
            return  # the heart has said so
        outcome = _releasing(workshop.database, owned)
    except (KeyboardInterrupt, SystemExit):
        _insist(_releasing(workshop.database, owned), storage=workshop.storage)
        raise
    except Exception as error:
        text = sentence_of(error, job.path, shown=_shown(recording))
        if text is None:
            _log.exception("job %s failed", analysis_id)
            text = _UNEXPECTED.format(kind=type(error).__name__)
        outcome = _failing(workshop.database, owned, text=text)
    _insist(outcome, storage=workshop.storage)


def _rows(database: Database, analysis_id: str) -> tuple[AnalysisRow, RecordingRow] | None:
    with database.reading() as session:
        analysis = session.get(AnalysisRow, analysis_id)
        recording = analysis and session.get(RecordingRow, analysis.recording_id)
    return (analysis, recording) if analysis and recording else None


def _job(
    analysis: AnalysisRow, recording: RecordingRow, *, owned: Claim, workshop: Workshop
) -> RecordingJob:
    """The job, after removing what an earlier attempt left."""
    storage = workshop.storage
    home = storage.folder_of("recordings", recording.id)
    folder = storage.folder_of("analyses", analysis.id)
    for left in (*home.glob(f".{FOLDER}.{analysis.id}.*.part"), *folder.glob(".*.part")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)
    options = recording.options
    return RecordingJob(
        part=f"{analysis.id}.{owned.attempt}",
        name=recording.name,
        path=home / recording.folder,
        pyramid=home / FOLDER,
        folder=folder,
        lead=analysis.lead or options.get("lead"),
        fs=options.get("fs"),
        units=options.get("units"),
        limits=workshop.limits,
        has_reference=recording.has_reference,
    )


def _work(
    job: RecordingJob,
    analysis: AnalysisRow,
    recording: RecordingRow,
    *,
    workshop: Workshop,
    progress: Progress,
) -> Analysed:
    annotator = workshop.annotator(analysis.model)
    if recording.kind in _TABLES:
        require_short_lines(job.path)
    if recording.kind == SINGLE_BEATS:
        return analyse_single_beats(
            job,
            label_column=recording.options.get("label_column"),
            annotator=annotator,
            progress=progress,
        )
    return analyse_recording(job, annotator=annotator, progress=progress, paces=workshop.paces)


def _shown(recording: RecordingRow) -> str:
    """Name of the main file as the person knows it."""
    return f"{recording.name}{Path(recording.folder).suffix}"


def _finishing(
    database: Database, owned: Claim, *, recording: RecordingRow, analysed: Analysed
) -> Callable[[], object]:
    return lambda: finish(database, owned, recording_id=recording.id, analysed=analysed)


def _releasing(database: Database, owned: Claim) -> Callable[[], object]:
    return lambda: release(database, owned)


def _failing(database: Database, owned: Claim, *, text: str) -> Callable[[], object]:
    return lambda: fail(database, owned, text)


def _insist(outcome: Callable[[], object], *, storage: Storage) -> None:
    """Store an outcome, also in a database that is locked for a while, or on a full disk.

    If that fails, the row says running without signs of life, and the job is taken up again.
    """
    end = time.monotonic() + _PATIENCE_S
    while True:
        try:
            outcome()
        except OperationalError as error:
            if time.monotonic() > end:
                raise
            if not (is_full(error) and give_up_reserve(storage.folder)):
                time.sleep(0.2)
        else:
            return
