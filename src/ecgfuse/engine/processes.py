"""A process pool with progress reports and clean termination.

It extends the standard library's pool: the first failure ends all tasks and is the only one
reported, Ctrl-C and a killed parent end all processes immediately, and tasks report their progress.
Results do not depend on the number of processes.
"""

import os
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.connection import Connection, wait
from typing import Any, TypeVar

ResultT = TypeVar("ResultT")

_PROGRESS: list["Connection[int | None, int | None]"] = []
"""In a worker process: where to report progress. A global, as it is set by the initializer."""


def n_workers(n_tasks: int | None = None) -> int:
    """Processes or threads to use: $ECGFUSE_WORKERS, default one per core, at most one per task.

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
    """A pool that reports the first failure immediately and ignores Ctrl-C in its workers."""

    def submit(self, task: Callable[..., ResultT], /, *args: Any, **kwargs: Any) -> Future[ResultT]:
        """Submit a task; worker processes started by it ignore Ctrl-C from the beginning.

        Ctrl-C reaches the whole process group. The parent terminates its workers, each of which
        would otherwise print a traceback.
        """
        if threading.current_thread() is not threading.main_thread():
            return super().submit(task, *args, **kwargs)
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return super().submit(task, *args, **kwargs)
        finally:
            signal.signal(signal.SIGINT, handler)

    def map(self, task: Callable[..., ResultT], *iterables: Iterable[Any]) -> Iterator[ResultT]:  # type: ignore[override]
        """Run a task on all arguments; results are yielded in the order of the arguments.

        Unlike the base class, it does not cancel tasks when one fails: the pool's manager thread
        fails on cancelled tasks if processes end meanwhile (Python 3.11).
        """
        tasks = [self.submit(task, *arguments) for arguments in zip(*iterables, strict=True)]
        finished: queue.SimpleQueue[Future[ResultT]] = queue.SimpleQueue()
        for submitted in tasks:
            submitted.add_done_callback(finished.put)

        def results() -> Iterator[ResultT]:
            for submitted in tasks:
                while not submitted.done():
                    finished.get().result()  # raises the exception of any failed task
                yield submitted.result()

        return results()


@contextmanager
def process_pool(
    workers: int, *, progress: Callable[[int], object] | None = None
) -> Iterator[ProcessPool]:
    """A pool of processes that end immediately if this one fails, is interrupted or is killed.

    Args:
        workers: number of processes; each runs one task at a time.
        progress: called in a thread of this process with the numbers that tasks pass to
            `report_progress`.
    """
    context = get_context("spawn")
    reader, writer = context.Pipe(duplex=False)
    pool = ProcessPool(workers, mp_context=context, initializer=_begin, initargs=(writer,))
    listener = threading.Thread(target=_listen, args=(reader, progress), daemon=True)
    with reader, writer, pool:
        listener.start()
        try:
            yield pool
        except BaseException:
            # Leaving the pool would wait for the running tasks, which may take minutes.
            pool.shutdown(wait=False)
            children = active_children()
            for process in children:
                process.terminate()
            for process in children:
                process.join()
            raise
        finally:
            writer.send(None)
            listener.join()


def report_progress(n_done: int) -> None:
    """Report progress to the pool that this process belongs to, if any."""
    for writer in _PROGRESS:
        with suppress(OSError):  # the parent was killed, and this process will end soon
            writer.send(n_done)


def _listen(
    reader: "Connection[int | None, int | None]", progress: Callable[[int], object] | None
) -> None:
    while (n_done := reader.recv()) is not None:
        if progress is not None:
            progress(n_done)


def _begin(writer: "Connection[int | None, int | None]") -> None:
    """Initialise a worker process."""
    # Shared by all processes without a lock, which a killed process would leave locked; writes of
    # such short messages are atomic.
    _PROGRESS.append(writer)
    _end_with_parent()


def _end_with_parent() -> None:
    """End this process as soon as its parent has ended, even in the middle of a task.

    The workers of a pool hold both ends of their queue, so after their parent is killed they would
    wait forever, or finish their task while the next run is under way.
    """
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
