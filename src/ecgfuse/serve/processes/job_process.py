"""A process that analyses recordings, one at a time. `ecgfuse serve` starts it."""

import importlib
import os
import re
import resource
import signal
import sys
import threading
from pathlib import Path

from ecgfuse.serve.access.secret import read_secret
from ecgfuse.serve.files.housekeeping import keep_tidy
from ecgfuse.serve.processes.children import MISCONFIGURED, wait_for_parent
from ecgfuse.serve.processes.logs import set_up_logs
from ecgfuse.serve.services import open_services
from ecgfuse.serve.settings import load_settings

_NICENESS = 5
"""Answering requests goes before analysing."""
_SLOW_MODULE = "ecgfuse.serve.jobs.tasks"
_HELD = re.compile(r"VmData:\s+(\d+) kB")


def main(arguments: list[str]) -> None:
    """Analyse until asked to end.

    Args:
        arguments: the pipe to the parent.
    """
    settings = load_settings()
    set_up_logs(level=settings.log_level, secret=read_secret(settings.data))
    wait_for_parent(int(arguments[0]))
    os.nice(_NICENESS)
    importlib.import_module(_SLOW_MODULE)  # a signal to end takes effect at once meanwhile
    limit_memory(settings.job_memory_bytes)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        services = open_services(settings)
    except ValueError as error:
        print(f"ecgfuse: error: {error}", file=sys.stderr)
        sys.exit(MISCONFIGURED)
    tidy = threading.Thread(target=keep_tidy, args=(services,), kwargs={"stop": stop}, daemon=True)
    tidy.start()
    services.queue.run_consumer(stop)


def limit_memory(n_bytes: int) -> None:
    """Let this process allocate so much beyond what it has; then there is a MemoryError.

    Args:
        n_bytes: of private memory. Files mapped into memory do not count.
    """
    held = _HELD.search(Path("/proc/self/status").read_text())
    most = n_bytes + 1024 * int(held[1] if held else 0)
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard == resource.RLIM_INFINITY or most < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


if __name__ == "__main__":
    main(sys.argv[1:])
