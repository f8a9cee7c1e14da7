"""Errors of the command line as one line and an exit code."""

import errno
import io
import os
import signal
import sys
from collections.abc import Callable

EXIT_CODES = """\
exit codes:
  0  success
  1  error, reported in one line; no output was written for it
  2  invalid arguments
  3  some of several recordings could not be annotated; the others were
  130  interrupted; existing output files are complete

environment: ECGFUSE_WORKERS=1 uses one core; ECGFUSE_DEBUG=1 shows the traceback of an error
"""
FAILED = 1
SOME_FAILED = 3

_INTERRUPTED = 130


def run_command(command: Callable[[], int]) -> None:
    """Run a command and exit with its exit code, or with that of its error.

    With ECGFUSE_DEBUG=1 the traceback of an error is shown.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    for stream in (sys.stdout, sys.stderr):  # file names may not be printable
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("\necgfuse: interrupted; existing output files are complete", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:  # as in 'ecgfuse ... | head'
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (ValueError, OSError) as error:
        if os.environ.get("ECGFUSE_DEBUG"):
            raise
        print(f"ecgfuse: error: {describe_error(error)}", file=sys.stderr)
        sys.exit(FAILED)
    sys.exit(code)


def describe_error(error: Exception) -> str:
    """Describe an error and its fix in one line."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"the disk is full ({error.filename or 'no space left'}); free some space"
    if isinstance(error, MemoryError):
        return "out of memory; close other programs, or annotate shorter recordings"
    if isinstance(error, ValueError | OSError):
        return " ".join(str(error).split())
    return (
        f"unexpected {type(error).__name__}: {' '.join(str(error).split())}; this is a bug of "
        "ecgfuse: please report it with the traceback (ECGFUSE_DEBUG=1) and, if possible, the "
        "recording"
    )


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
