"""The queue of analyses: huey on SQLite in the data folder, or on Redis for many machines."""

import logging
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from huey.api import Huey
from huey.storage import RedisStorage, SqliteStorage

from ecgfuse.serve.analysis.limits import limits_of
from ecgfuse.serve.database.connect import open_database
from ecgfuse.serve.files.reserve import keep_reserve
from ecgfuse.serve.files.storage import Storage
from ecgfuse.serve.jobs.heart import Stop
from ecgfuse.serve.jobs.messages import JsonSerializer
from ecgfuse.serve.jobs.progress import take_up
from ecgfuse.serve.settings import SQLITE_QUEUE, Settings

if TYPE_CHECKING:
    from ecgfuse.serve.database.connect import Database
    from ecgfuse.serve.jobs.tasks import Workshop

TAKE_UP_S = 5.0
"""Time between two looks for jobs without a process or without a message."""

_NAME = "ecgfuse"
_TASK = "analyse"
_FILE = "queue.sqlite"
_WAIT_S = (0.05, 0.5)
"""Shortest and longest pause between two looks into an empty queue in a file."""
_BUSY_S = 10.0
"""How long a writer waits for another one (SQLite)."""
_log = logging.getLogger(__name__)


class Queue:
    """Enqueues analyses; a process of its own does them.

    Args:
        huey: made by `open_queue`.
        settings: of the application.
    """

    def __init__(self, huey: Huey, *, settings: Settings) -> None:
        self._huey = huey
        self._settings = settings
        self._work: Callable[[str], None] | None = None
        self._is_readable = True
        self._task = huey.task(name=_TASK)(self._do)

    def enqueue(self, analysis_id: str) -> None:
        """Tell the consumers that an analysis is queued.

        If the message cannot be stored, nothing is lost: the row says queued, and a consumer finds
        it within seconds.
        """
        try:
            self._task(analysis_id)
        except Exception as error:  # those of SQLite and of Redis
            _log.warning("no message for job %s (%s); it starts later", analysis_id, error)

    def check(self) -> None:
        """Raise an error if the queue does not answer."""
        self._huey.pending_count()

    def run_consumer(self, stop: Stop) -> None:
        """Do analyses, one at a time, until told to stop, or until the parent process is gone.

        Any number of processes may do this. It belongs into the main thread, where a running
        analysis can be interrupted.
        """
        from ecgfuse.serve.jobs.tasks import Workshop, run_job

        database = open_database(self._settings.database_url)
        storage = Storage(self._settings.data, self._settings.quota_bytes)
        workshop = Workshop(
            database=database,
            storage=storage,
            limits=limits_of(self._settings),
            abandon=_end_process,
        )
        stop = _OrOrphaned(stop)
        self._work = lambda analysis_id: run_job(analysis_id, workshop=workshop, stop=stop)
        try:
            self._consume(workshop, stop=stop)
        finally:
            self._work = None
            database.close()
            self._huey.storage.close()

    def _consume(self, workshop: "Workshop", *, stop: Stop) -> None:
        shortest, longest = _WAIT_S
        pause, looked = shortest, -TAKE_UP_S
        while not stop.is_set():
            if time.monotonic() - looked >= TAKE_UP_S:
                self._take_up(workshop.database)
                keep_reserve(workshop.storage.folder)
                looked = time.monotonic()
            if self._do_one():
                pause = shortest
            else:
                stop.wait(pause)
                pause = min(2 * pause, longest)

    def _do_one(self) -> bool:
        """Do the first job of the queue; whether there was one."""
        try:
            task = self._huey.dequeue()
        except Exception:  # those of SQLite and of Redis, and messages of somebody else
            if self._is_readable:  # told once, and not twice a second
                _log.exception("the queue cannot be read")
            self._is_readable = False
            return False
        self._is_readable = True
        if task is None:
            return False
        self._huey.execute(task)
        return True

    def _take_up(self, database: "Database") -> None:
        """Send messages for queued jobs that have none."""
        try:
            queued = take_up(database)
            if queued:
                pending = {task.args[0] for task in self._huey.pending()}
                for analysis_id in queued:
                    if analysis_id not in pending:
                        self.enqueue(analysis_id)
        except Exception:  # a locked database or queue: the next look may reach it
            _log.exception("jobs cannot be taken up now")

    def _do(self, analysis_id: str) -> None:
        assert self._work is not None, "only a consumer does analyses"
        self._work(analysis_id)


class _OrOrphaned:
    """A stop event that is set, too, when the parent process is gone."""

    def __init__(self, stop: Stop) -> None:
        self._stop, self._parent = stop, os.getppid()

    def is_set(self) -> bool:
        return self._stop.is_set() or os.getppid() != self._parent

    def wait(self, timeout: float | None = None) -> bool:
        return self._stop.wait(timeout) or self.is_set()


def _end_process() -> None:
    """End this process, whatever it is doing; `ecgfuse serve` starts another one."""
    _log.error("a job cannot be interrupted; the process ends")
    os._exit(1)


def open_queue(settings: Settings) -> Queue:
    """The queue of an application; connections are opened when first needed.

    Raises:
        ValueError: the address is malformed.
    """
    options = {"serializer": JsonSerializer(), "results": False}
    if settings.queue == SQLITE_QUEUE:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = str(settings.data / _FILE)
        huey = Huey(_NAME, storage_class=SqliteStorage, filename=path, timeout=_BUSY_S, **options)
    else:
        try:
            huey = Huey(_NAME, storage_class=RedisStorage, url=settings.queue, **options)
        except ValueError as error:
            raise ValueError(
                f"--queue {settings.queue} is malformed ({error}); use redis://HOST:PORT/N"
            ) from None
    return Queue(huey, settings=settings)
