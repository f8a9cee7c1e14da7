"""Progress of a network through the beats of a recording."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from ecgfuse.annotate.annotator import Annotator
from ecgfuse.annotate.model_file import BATCH_SIZE


class _CountedSession:
    """A session of ONNX Runtime that tells the share of the batches it has run."""

    def __init__(self, session: Any, *, n_batches: int, seen: Callable[[float], None]) -> None:
        self._session, self._n_batches, self._seen = session, n_batches, seen
        self._done, self._lock = 0, Lock()

    def run(self, *arguments: Any) -> Any:
        """As the session's."""
        outputs = self._session.run(*arguments)
        with self._lock:
            self._done += 1
            self._seen(self._done / self._n_batches)
        return outputs

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


@contextmanager
def count_batches(
    annotator: Annotator, *, n_beats: int, seen: Callable[[float], None]
) -> Iterator[None]:
    """Tell, within this block, the share of the batches that the network has run.

    Args:
        n_beats: of the recording.
        seen: is called by the threads of the annotator with 0 to 1.
    """
    file = annotator.model.file
    session = file.session
    n_batches = max(1, -(-n_beats // BATCH_SIZE))
    file.session = _CountedSession(session, n_batches=n_batches, seen=seen)
    try:
        yield
    finally:
        file.session = session
