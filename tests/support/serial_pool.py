"""A stand-in for `process_pool` that runs tasks in this process, which is far faster."""

import pickle
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any


class SerialPool:
    """Runs each task when its result is asked for, pickled as for another process."""

    def map(self, task: Callable[..., Any], *iterables: Iterable[Any]) -> Iterator[Any]:
        """Results in the order of the arguments."""
        for arguments in zip(*iterables, strict=True):
            copied, arguments = pickle.loads(pickle.dumps((task, arguments)))
            yield copied(*arguments)


@contextmanager
def serial_pool(workers: int, **_: object) -> Iterator[SerialPool]:
    """As `process_pool`, for any number of workers."""
    yield SerialPool()
