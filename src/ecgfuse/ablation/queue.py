"""DVC's queue of experiments, and the worker that empties it.

Only the queue's own commands are used. 'dvc exp run --run-all' is not: it waits for good when an
earlier run was killed and left an entry that is called running.
"""

import math
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import psutil

from ecgfuse.ablation.grid import Row
from ecgfuse.ablation.workspace import dvc, git, start_worker

TARGET = "studies/folds/dvc.yaml:folds"
"""The stage that an experiment runs, with what it needs."""

State = Literal["Queued", "Running", "Failed", "Success"]

_COPIES = Path(".dvc/tmp/exps")
"""DVC runs each experiment in a copy of the repository, a folder tmp* in here."""
_DEAD_AFTER_S = 60
"""A queue without a worker for so long needs a new one. A worker takes seconds to start, many on a
busy machine, and two at once can fail experiments without a log."""
_STARTS = 3
"""Workers that are started before the rest of the queue is given up."""
_LOOKS_FOR_END = 4
"""Looks at the queue until an experiment whose processes were ended must be called failed."""
_EMPTY_LOOKS = 2
"""Looks at the queue, one after the other, that must find nothing: an entry that just starts is
neither among those that wait nor among those that run."""


@dataclass(frozen=True)
class Entry:
    """One line of 'dvc queue status'."""

    task: str
    name: str
    state: State


def parse_status(text: str) -> tuple[list[Entry], int]:
    """The entries that 'dvc queue status' prints, and the number of its workers."""
    entries, workers = [], 0
    for line in text.splitlines():
        words = line.split()
        if line.startswith("Worker status:"):  # Worker status: 1 active, 0 idle
            workers = int(words[2]) + int(words[4])
        elif len(words) >= 4 and words[-1] in ("Queued", "Running", "Failed", "Success"):
            entries.append(Entry(words[0], words[1], cast(State, words[-1])))
    return entries, workers


def queue_row(row: Row) -> None:
    """Queue the experiment of a row."""
    dvc("exp", "run", "--queue", "-n", row.name, *row.overrides(), TARGET)


def clear_queue(names: Collection[str]) -> None:
    """Stop and forget the experiments of these names that did not finish.

    Those that finished stay, and so do all of other names.
    """
    if queued := _tasks(names, state="Queued"):  # first, so that none of them is started
        dvc("queue", "remove", *queued)
    if _tasks(names, state="Running"):
        _end_processes_in_copies()
        _note_ends(names)
    if failed := _tasks(names, state="Failed"):
        dvc("queue", "remove", *failed)


def _note_ends(names: Collection[str]) -> None:
    """Have experiments whose processes were ended called failed, which their worker does if it
    was not killed too."""
    for _ in range(_LOOKS_FOR_END):
        if not (running := _tasks(names, state="Running")):
            return
    dvc("queue", "kill", "--force", *running)


def run_queue(
    names: Collection[str], *, poll_s: float, on_done: Callable[[str], None]
) -> list[str]:
    """Run the queued experiments of these names, one after the other, until none is left.

    A worker that was killed is started again.

    Args:
        poll_s: seconds between two looks at the queue.
        on_done: is told the name of each experiment as it ends well.

    Returns:
        The names that have no experiment at the end, because it failed or was killed.
    """
    left, empty_looks, starts, alive_at = set(names), 0, 0, -math.inf
    while left and empty_looks < _EMPTY_LOOKS:
        entries, workers = _status(left)
        for name in sorted(left & _names_of_experiments()):
            on_done(name)
            left.remove(name)
        states = {entry.state for entry in entries if entry.name in left}
        empty_looks = 0 if states & {"Queued", "Running"} else empty_looks + 1
        if workers:
            alive_at = time.monotonic()
        elif time.monotonic() - alive_at > _DEAD_AFTER_S:
            if "Queued" not in states or starts == _STARTS:
                break
            start_worker()
            starts, alive_at = starts + 1, time.monotonic()
        if left:
            time.sleep(poll_s)
    return sorted(left)


def remove_old_copies() -> None:
    """Remove the copies of the repository that killed experiments left, unless one is in use."""
    if not _processes_in_copies():
        for folder in _COPIES.glob("tmp*"):
            shutil.rmtree(folder, ignore_errors=True)


def _tasks(names: Collection[str], *, state: State) -> list[str]:
    return [entry.task for entry in _status(names)[0] if entry.state == state]


def _status(names: Collection[str]) -> tuple[list[Entry], int]:
    """The entries of these names, and the number of workers."""
    entries, workers = parse_status(dvc("queue", "status"))
    return [entry for entry in entries if entry.name in names], workers


def _names_of_experiments() -> set[str]:
    """The experiments on the last commit: refs/exps/AB/CDEF.../NAME."""
    commit = git("rev-parse", "HEAD").strip()
    folder = f"refs/exps/{commit[:2]}/{commit[2:]}/"
    refs = git("for-each-ref", "--format=%(refname)", folder).split()
    return {ref.removeprefix(folder) for ref in refs}


def _processes_in_copies() -> list[psutil.Process]:
    copies, found = _COPIES.resolve(), []
    for process in psutil.process_iter():
        try:
            if copies in Path(process.cwd()).parents:
                found.append(process)
        except psutil.Error:  # it has ended, or is another user's
            continue
    return found


def _end_processes_in_copies() -> None:
    """End the experiment that runs, with all its processes."""
    processes = _processes_in_copies()
    for process in processes:
        process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=10)
    for process in alive:
        process.kill()
