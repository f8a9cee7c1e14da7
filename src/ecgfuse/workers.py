"""How many processes work at once, a pool of them, and their end; the results depend on none."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import wait
from threading import Thread
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")


def n_workers(n_tasks: int | None = None) -> int:
    """Processes or threads to use: $ECGFUSE_WORKERS, else one a core, and never more than tasks.

    Raises:
        ValueError: ECGFUSE_WORKERS is not a number of 1 or more.
    """
    wanted = os.environ.get("ECGFUSE_WORKERS", "")
    if wanted and not (wanted.isdecimal() and int(wanted) > 0):
        raise ValueError(f"ECGFUSE_WORKERS is {wanted!r}, but must be a number of 1 or more")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    workers = int(wanted) if wanted else cores or 1
    return workers if n_tasks is None else max(1, min(n_tasks, workers))


class ProcessPool(ProcessPoolExecutor):
    """A pool whose processes may be ended while tasks wait."""

    def map(self, task: Callable[..., ResultT], *iterables: Iterable[Any]) -> Iterator[ResultT]:  # type: ignore[override]
        """The results in the order of the tasks, as the built-in map gives them.

        Unlike that of the base class it cancels nothing when a task fails: the thread that looks
        after the pool stumbles on cancelled tasks if processes end meanwhile (Python 3.11).
        """
        waiting = [self.submit(task, *arguments) for arguments in zip(*iterables, strict=True)]
        return (future.result() for future in waiting)


@contextmanager
def process_pool(workers: int) -> Iterator[ProcessPool]:
    """Processes that end at once when this one fails, is interrupted or is killed."""
    with ProcessPool(workers, mp_context=get_context("spawn"), initializer=_begin) as pool:
        try:
            yield pool
        except BaseException:
            # The pool would wait for the tasks that go on, which may take minutes.
            pool.shutdown(wait=False)
            for process in active_children():
                process.terminate()
            raise


def _begin() -> None:
    """What a process of a pool does first."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # so that it ends on Ctrl-C without a word
    end_with_parent()


def end_with_parent() -> None:
    """End this process as soon as its parent has, whatever it is doing then.

    A pool's processes hold both ends of their queue, so that a killed parent would leave them
    waiting for good; and one that trains would go on beside the next run.
    """
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    Thread(target=watch, daemon=True).start()
