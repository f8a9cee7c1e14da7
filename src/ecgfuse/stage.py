"""The edge of every stage script: errors become one clear line and an exit code."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path


def run_stage(main: Callable[[], None]) -> None:
    """Run a stage and exit: 0 done, 1 an error that the user can cure, 130 interrupted.

    Set ECGFUSE_DEBUG=1 to see the traceback of an error.
    """
    name = Path(sys.argv[0]).stem
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        main()
    except KeyboardInterrupt:
        print(f"\n{name}: interrupted; 'dvc repro' continues where it stopped", file=sys.stderr)
        sys.exit(130)
    except (ValueError, OSError, BrokenProcessPool) as error:
        if os.environ.get("ECGFUSE_DEBUG"):
            raise
        print(f"{name}: error: {_describe(error)}", file=sys.stderr)
        sys.exit(1)


def _describe(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return (
            f"the disk is full ({error.filename or 'no space left on device'}); free some space, "
            "for example by 'dvc gc --workspace', and run 'dvc repro' again. Nothing was lost."
        )
    if isinstance(error, BrokenProcessPool):
        return (
            "a process was killed, perhaps for want of memory; run 'dvc repro' again with "
            "ECGFUSE_WORKERS=1"
        )
    return str(error)


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
