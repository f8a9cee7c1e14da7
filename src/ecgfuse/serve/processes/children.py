"""Processes that `ecgfuse serve` starts, watches, starts again and ends.

A child gets the reading end of a pipe. It waits there for one byte, with which the parent says that
the database is ready, and ends itself when the pipe closes, that is, when the parent has ended,
however that came about.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ecgfuse.serve.settings import Settings

MISCONFIGURED = 78
"""Exit code of a child that a new start would not help, as in sysexits.h."""

STOP_S = 25.0
"""How long a child may take to end when asked to."""

_LIVED_S = 10.0
"""A child that ends sooner has failed to start."""

_MOST_FAILURES = 5
_GO = b"1"


@dataclass(kw_only=True)
class Child:
    """A process, and what is needed to start it again.

    Args:
        module: its module, which is called with the pipe and `arguments`.
        settings: passed as environment variables.
        arguments: after the pipe.
        descriptors: files that it inherits.
        environment: more environment variables.
        after_s: how long `watch` waits before it starts it.
    """

    module: str
    settings: Settings
    arguments: Sequence[str] = ()
    descriptors: Sequence[int] = ()
    environment: dict[str, str] = field(default_factory=dict)
    after_s: float = 0.0

    process: "subprocess.Popen[bytes] | None" = None
    _pipe: int = -1
    _started: float = 0.0
    _failures: int = 0
    _next_start: float = 0.0

    def __post_init__(self) -> None:
        self._next_start = time.monotonic() + self.after_s

    def start(self) -> None:
        """Start the process; it waits for `let_go`."""
        reading, self._pipe = os.pipe()
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", self.module, str(reading), *self.arguments],
                env={**os.environ, **self.settings.to_environment(), **self.environment},
                stdin=subprocess.DEVNULL,
                pass_fds=(reading, *self.descriptors),
                process_group=0,  # Ctrl-C reaches the parent alone, which ends its children
            )
        finally:
            os.close(reading)
        self._started = time.monotonic()

    def let_go(self) -> None:
        """Tell the process that the database is ready."""
        with contextlib.suppress(BrokenPipeError):  # it has ended; `watch` sees that
            os.write(self._pipe, _GO)

    def watch(self) -> int | None:
        """Start the process, again if it has ended; call this often.

        Returns:
            The exit code of a process that ended just now; otherwise None.

        Raises:
            ValueError: it cannot start.
        """
        if self.process is None:
            if time.monotonic() >= self._next_start:
                self.start()
                self.let_go()
            return None
        code = self.process.poll()
        if code is None:
            return None
        self._close()
        failed = time.monotonic() - self._started < _LIVED_S
        self._failures = self._failures + 1 if failed else 0
        was_killed = code < 0  # perhaps by what it was given to do: the next job may be another
        if code == MISCONFIGURED or (self._failures >= _MOST_FAILURES and not was_killed):
            raise ValueError(
                f"{self.module} cannot start (exit code {code}); see the messages before this one"
            )
        # At once after the first failure, then 1, 3, 7, 15 s later.
        steps = min(max(0, self._failures - 1), _MOST_FAILURES - 1)
        self._next_start = time.monotonic() + 2.0**steps - 1
        return code

    def end(self) -> None:
        """Ask the process to end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, *, until: float) -> None:
        """Wait for the end, and force it at a time of `time.monotonic`."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._close()

    def _close(self) -> None:
        self.process = None
        if self._pipe >= 0:
            os.close(self._pipe)
        self._pipe = -1


def end_all(children: Sequence[Child]) -> None:
    """End all children; a second interruption ends them at once."""
    until = time.monotonic() + STOP_S
    for child in children:
        child.end()
    for child in children:
        try:
            child.wait(until=until)
        except KeyboardInterrupt:
            until = time.monotonic()
            child.wait(until=until)


def wait_for_parent(pipe: int) -> None:
    """In a child: wait until the parent lets go, and from then on end with it.

    Args:
        pipe: the first argument of the module.
    """
    if os.read(pipe, 1) != _GO:
        sys.exit(1)  # the parent has ended

    def end_with_parent() -> None:
        os.read(pipe, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=end_with_parent, daemon=True).start()
