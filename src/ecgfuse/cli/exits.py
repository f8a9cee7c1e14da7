"""The edge of the command line: errors become one clear line and an exit code."""

import errno
import io
import os
import signal
import sys
from collections.abc import Callable

EXIT_CODES = """\
exit codes:
  0  done
  1  an error, told in one line; what it concerns was not written
  2  a wrong call
  3  some of several recordings could not be annotated; the others were
  130  interrupted; files that are there are whole

ECGFUSE_WORKERS=1 in the environment keeps to one core; ECGFUSE_DEBUG=1 shows where an error arose.
"""
FAILED = 1
SOME_FAILED = 3

_INTERRUPTED = 130


def run_command(command: Callable[[], int]) -> None:
    """Run a command and exit with the code that it gives, or with that of what went wrong.

    Set ECGFUSE_DEBUG=1 to see the traceback of an error.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    for stream in (sys.stdout, sys.stderr):  # names of files may hold what a terminal cannot show
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("\necgfuse: interrupted; files that are there are whole", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    except BrokenPipeError:  # 'ecgfuse ... | head' has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (ValueError, OSError) as error:
        if os.environ.get("ECGFUSE_DEBUG"):
            raise
        print(f"ecgfuse: error: {describe_error(error)}", file=sys.stderr)
        sys.exit(FAILED)
    sys.exit(code)


def describe_error(error: Exception) -> str:
    """What is wrong and how to cure it, in one line."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return f"the disk is full ({error.filename or 'no space left'}); free some space"
    if isinstance(error, MemoryError):
        return "there is not enough memory; end other programs, or annotate shorter recordings"
    if isinstance(error, ValueError | OSError):
        return " ".join(str(error).split())
    return (
        f"unexpected {type(error).__name__}: {' '.join(str(error).split())}; this is a fault of "
        "ecgfuse: please report it, with the recording if you may; ECGFUSE_DEBUG=1 shows where"
    )


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt
