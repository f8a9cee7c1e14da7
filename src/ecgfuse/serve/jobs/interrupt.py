"""Interrupt the work of the main thread from another one."""

import signal
import threading
from types import FrameType

_SIGNAL = signal.SIGUSR1


class Interrupted(BaseException):
    """The work is to end now; not an Exception, so that no library swallows it."""


class Interruption:
    """Raises `Interrupted` in the main thread, within the block of this context manager.

    Calculations that run in one call of a library end first. In another thread than the main one
    nothing is raised, and work goes on to its end.
    """

    def __init__(self) -> None:
        self._armed = False
        self._is_main = threading.current_thread() is threading.main_thread()
        self._before: object = None

    def __enter__(self) -> "Interruption":
        if self._is_main:
            self._before = signal.signal(_SIGNAL, self._raise)
            self._armed = True
        return self

    def __exit__(self, *_: object) -> None:
        # The handler stays: a signal that is on its way must not end the process.
        self._armed = False

    def now(self) -> None:
        """Interrupt the block, if it has not ended."""
        if self._armed:
            signal.pthread_kill(threading.main_thread().ident or 0, _SIGNAL)

    def _raise(self, _number: int, _frame: FrameType | None) -> None:
        if self._armed:
            self._armed = False
            raise Interrupted
