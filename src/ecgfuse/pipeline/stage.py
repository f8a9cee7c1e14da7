"""Entry point of every stage script: errors become one line and an exit code."""

import errno
import os
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path


def run_stage(main: Callable[[], None]) -> None:
    """Run a stage and exit: 0 on success, 1 on an error the user can fix, 130 if interrupted.

    With ECGFUSE_DEBUG=1, errors keep their traceback.
    """
    name = Path(sys.argv[0]).stem
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        main()
    except KeyboardInterrupt:
        print(f"\n{name}: interrupted; run the same command again to resume", file=sys.stderr)
        sys.exit(130)
    except (ValueError, OSError, BrokenProcessPool) as error:
        if os.environ.get("ECGFUSE_DEBUG"):
            raise
        print(f"{name}: error: {_describe(error)}", file=sys.stderr)
        sys.exit(1)


def named_argument(arguments: Sequence[str], *, kind: str, allowed: Sequence[str]) -> str:
    """The name that a command line such as ["stages/evaluate.py", "best"] has as only argument.

    Args:
        arguments: script and arguments, as sys.argv.
        kind: what is named, such as MODEL, for the message.

    Raises:
        ValueError: there is not exactly one argument, or it is none of the allowed names.
    """
    if len(arguments) != 2 or arguments[1] not in allowed:
        raise ValueError(f"usage: {arguments[0]} {kind}, with {kind} one of: {' | '.join(allowed)}")
    return arguments[1]


def _describe(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            f"the disk is full ({error.filename or 'no space left on device'}); free some space, "
            "for example with 'dvc gc --workspace', and run again. No finished output was lost"
        )
    if isinstance(error, BrokenProcessPool):
        return (
            "a worker process was killed, probably out of memory; run again with ECGFUSE_WORKERS=1"
        )
    return str(error)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
