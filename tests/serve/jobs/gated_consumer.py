"""A consumer whose analyses wait for a file: gated_consumer.py DATA GATE [QUEUE]."""

import sys
import threading
import time
from pathlib import Path
from typing import Any

from ecgfuse.serve.jobs import tasks
from ecgfuse.serve.jobs.queue import open_queue
from ecgfuse.serve.settings import SQLITE_QUEUE, Settings


def main(data: Path, gate: Path, queue: str) -> None:
    real = tasks.analyse_recording

    def gated(job: Any, **arguments: Any) -> Any:
        (gate / f"started-{job.part}").touch()
        while not (gate / "go").exists():
            time.sleep(0.01)
        return real(job, **arguments)

    tasks.analyse_recording = gated  # type: ignore[attr-defined]
    stop = threading.Event()

    def watch() -> None:
        while not (gate / "stop").exists():
            time.sleep(0.02)
        stop.set()

    threading.Thread(target=watch, daemon=True).start()
    (gate / "ready").touch()
    open_queue(Settings(data=data, queue=queue)).run_consumer(stop)
    (gate / "ended").touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), (*sys.argv[3:], SQLITE_QUEUE)[0])
