"""A thread that gives signs of life for a job, and ends it when it must end."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from ecgfuse.serve.analysis.progress import Progress
from ecgfuse.serve.database.connect import Database
from ecgfuse.serve.jobs.progress import Claim, fail, report

BEAT_S = 1.0
"""Time between two signs of life."""
GRACE_S = 20.0
"""How long an interrupted job may go on, in one call of a library that cannot be interrupted."""


class Stop(Protocol):
    """An event, of threads or of processes, that tells a process to stop."""

    def is_set(self) -> bool:
        """Whether it has been told."""

    def wait(self, timeout: float | None = None, /) -> bool:
        """Wait for it."""


class Heart(threading.Thread):
    """Reports the progress of a job until its block ends.

    Args:
        database: where it reports; a locked one is tried again at the next beat.
        owned: the job.
        progress: how far it is.
        stop: whether the process is to stop.
        interrupt: is called, once, when the job was cancelled or lost, takes too long, or the
            process is to stop.
        abandon: is called if the job goes on for long after that.
        limit_s: longest time of the job.
        beat_s: time between two signs of life.
        grace_s: time after which it is abandoned.
    """

    def __init__(
        self,
        database: Database,
        owned: Claim,
        *,
        progress: Progress,
        stop: Stop,
        interrupt: Callable[[], None],
        abandon: Callable[[], None],
        limit_s: float,
        beat_s: float = BEAT_S,
        grace_s: float = GRACE_S,
    ) -> None:
        super().__init__(name="heart", daemon=True)
        self.is_lost = False
        """Whether the job is no longer that of this process."""
        self.is_late = False
        """Whether it has taken longer than it may."""
        self._abandon, self._grace_s = abandon, grace_s
        self._limit_s, self._ends = limit_s, time.monotonic() + limit_s
        self._database, self._owned, self._progress = database, owned, progress
        self._stop_process, self._interrupt, self._beat_s = stop, interrupt, beat_s
        self._end = threading.Event()

    def __enter__(self) -> "Heart":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self.join()

    def run(self) -> None:
        """Beat until the job ends."""
        while not self._end.wait(self._beat_s):
            self._beat()
            if self.is_lost or self.is_late or self._stop_process.is_set():
                self._interrupt()
                if not self._end.wait(self._grace_s):
                    self._abandon()
                return

    def _beat(self) -> None:
        try:
            if time.monotonic() > self._ends:
                # At once: the job may not be interrupted in time to say so itself.
                fail(self._database, self._owned, too_late(self._limit_s))
                self.is_late = True
            else:
                standing = self._progress.standing()
                self.is_lost = not report(self._database, self._owned, standing)
        except SQLAlchemyError:  # such as a locked database
            return


def too_late(limit_s: float) -> str:
    """What a person is told about a job that took too long."""
    return (
        f"the analysis took longer than {limit_s / 60:g} minutes; cut the recording into shorter "
        "parts, or ask the administrator for more time (--job-minutes)"
    )
