"""A process that analyses recordings, one at a time. `ecgfuse serve` starts it."""

import os
import signal
import sys
import threading

from ecgfuse.serve.access.secret import read_secret
from ecgfuse.serve.files.housekeeping import keep_tidy
from ecgfuse.serve.processes.children import MISCONFIGURED, wait_for_parent
from ecgfuse.serve.processes.logs import set_up_logs
from ecgfuse.serve.services import open_services
from ecgfuse.serve.settings import load_settings

_NICENESS = 5
"""Answering requests goes before analysing."""


def main(arguments: list[str]) -> None:
    """Analyse until asked to end.

    Args:
        arguments: the pipe to the parent.
    """
    settings = load_settings()
    set_up_logs(level=settings.log_level, secret=read_secret(settings.data))
    wait_for_parent(int(arguments[0]))
    os.nice(_NICENESS)
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


if __name__ == "__main__":
    main(sys.argv[1:])
