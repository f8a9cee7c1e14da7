"""A thread that gives signs of life for a job, and ends it when it must end."""

import threading
from collections.abc import Callable
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from ecgfuse.serve.analysis.progress import Progress
from ecgfuse.serve.database.connect import Database
from ecgfuse.serve.jobs.progress import Claim, report

BEAT_S = 1.0
"""Time between two signs of life."""


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
        interrupt: is called, once, when the job was cancelled or lost, or the process is to stop.
        beat_s: time between two signs of life.
    """

    def __init__(
        self,
        database: Database,
        owned: Claim,
        *,
        progress: Progress,
        stop: Stop,
        interrupt: Callable[[], None],
        beat_s: float = BEAT_S,
    ) -> None:
        super().__init__(name="heart", daemon=True)
        self.is_lost = False
        """Whether the job is no longer that of this process."""
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
            if self.is_lost or self._stop_process.is_set():
                self._interrupt()
                return

    def _beat(self) -> None:
        try:
            self.is_lost = not report(self._database, self._owned, self._progress.standing())
        except SQLAlchemyError:  # such as a locked database
            return
