"""Fetch many files of a site in parallel."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, SimpleQueue

import requests

from ecgfuse.download.progress import Progress
from ecgfuse.download.transfer import PATIENCE, Patience, Transfer, UnreachableError

N_THREADS = 6


def fetch_files(
    url: str,
    *,
    files: Mapping[str, str | None],
    folder: Path,
    patience: Patience = PATIENCE,
    title: str,
) -> None:
    """Fetch files into a folder, except those that exist with the right SHA-256.

    An incomplete file is kept as NAME.part, and resumed by this call or a later one.

    Args:
        url: address of the folder on the site.
        files: SHA-256 of each file by name, or None to fetch it again and unchecked.
        folder: destination of the files.
        patience: when to give up.
        title: label of the progress bar.

    Raises:
        UnreachableError: the site does not respond.
        NotFoundError: the site does not have a file.
        ValueError: a file is damaged in two attempts, is cut repeatedly, or is refused.
        OSError: a file cannot be written.
    """
    with requests.Session() as session, Progress(files, title=title) as progress:
        transfer = Transfer(
            url, session=session, folder=folder, patience=patience, progress=progress
        )
        todo: SimpleQueue[tuple[str, str | None]] = SimpleQueue()
        for file in files.items():
            todo.put(file)
        outcomes: SimpleQueue[Exception | None] = SimpleQueue()
        # Daemons instead of a pool of concurrent.futures, whose threads Python waits for at exit,
        # even for one that hangs in the DNS lookup.
        threads = [
            threading.Thread(target=_work, args=(transfer, todo, outcomes), daemon=True)
            for _ in range(min(N_THREADS, len(files)))
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in files:
                _check_next(outcomes, transfer=transfer, url=url, silence=patience.silence)
        finally:
            transfer.stop.set()
            deadline = time.monotonic() + 1
            for thread in threads:  # so that no thread writes any more, unless it hangs
                thread.join(max(0, deadline - time.monotonic()))


def _work(
    transfer: Transfer,
    todo: SimpleQueue[tuple[str, str | None]],
    outcomes: SimpleQueue[Exception | None],
) -> None:
    """Fetch file after file, and report None or the error for each."""
    while not transfer.stop.is_set():
        try:
            name, sha = todo.get_nowait()
        except Empty:
            return
        try:
            transfer.fetch(name, sha=sha)
            outcomes.put(None)
        except Exception as error:
            outcomes.put(error)


def _check_next(
    outcomes: SimpleQueue[Exception | None], *, transfer: Transfer, url: str, silence: float
) -> None:
    """Wait for the next file, and raise its error, if any."""
    while True:
        try:
            outcome = outcomes.get(timeout=0.1)
        except Empty:
            # The timeouts of the connections do not cover the DNS lookup.
            if time.monotonic() - transfer.heard > silence:
                raise UnreachableError(url, reason=f"no byte in {silence:g} s") from None
            continue
        if outcome is not None:
            raise outcome
        return
