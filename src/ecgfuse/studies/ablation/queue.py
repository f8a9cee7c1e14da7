"""DVC's queue of experiments, and the worker that processes it.

Only the commands of the queue are used. 'dvc exp run --run-all' would wait forever if an earlier
run was killed and left an entry marked as running.
"""

import math
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import psutil

from ecgfuse.studies.ablation.grid import Row
from ecgfuse.studies.ablation.workspace import dvc, git, start_worker

TARGET = "studies/folds/dvc.yaml:folds"
"""The stage that an experiment runs, with its upstream stages."""

State = Literal["Queued", "Running", "Failed", "Success"]

_COPIES = Path(".dvc/tmp/exps")
"""DVC runs each experiment in a copy of the repository, a folder tmp* in this one."""
_DEAD_AFTER_S = 60
"""After so long without a worker a new one is started. A worker takes seconds to start, more on a
busy machine, and with two workers experiments can fail without a log."""
_STARTS = 3
"""Workers that are started before the rest of the queue is abandoned."""
_MAX_END_POLLS = 4
"""Polls of the queue until an experiment whose processes were terminated is marked as failed."""
_EMPTY_POLLS = 2
"""Consecutive polls of the queue that must find nothing: an entry that is just starting is neither
queued nor running."""


@dataclass(frozen=True)
class Entry:
    """One line of 'dvc queue status'."""

    task: str
    name: str
    state: State


def parse_status(text: str) -> tuple[list[Entry], int]:
    """Entries and number of workers, from the output of 'dvc queue status'."""
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
    """Stop and remove the unfinished experiments of these names.

    Finished experiments stay, and so do those of other names.
    """
    if queued := _tasks(names, state="Queued"):  # first, so that none of them starts
        dvc("queue", "remove", *queued)
    if _tasks(names, state="Running"):
        _end_processes_in_copies()
        _mark_failed(names)
    if failed := _tasks(names, state="Failed"):
        dvc("queue", "remove", *failed)


def _mark_failed(names: Collection[str]) -> None:
    """Have experiments whose processes were terminated marked as failed.

    Their worker does so unless it was killed too.
    """
    for _ in range(_MAX_END_POLLS):
        if not (running := _tasks(names, state="Running")):
            return
    dvc("queue", "kill", "--force", *running)


def run_queue(
    names: Collection[str], *, poll_s: float, on_done: Callable[[str], None]
) -> list[str]:
    """Run the queued experiments of these names, one after the other, until none is left.

    A killed worker is replaced.

    Args:
        poll_s: seconds between two polls of the queue.
        on_done: called with the name of each experiment that succeeds.

    Returns:
        The names without an experiment at the end, because it failed or was killed.
    """
    left, empty_polls, starts, alive_at = set(names), 0, 0, -math.inf
    while left and empty_polls < _EMPTY_POLLS:
        entries, workers = _status(left)
        for name in sorted(left & _names_of_experiments()):
            on_done(name)
            left.remove(name)
        states = {entry.state for entry in entries if entry.name in left}
        empty_polls = 0 if states & {"Queued", "Running"} else empty_polls + 1
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
    """Remove copies of the repository left by killed experiments, unless one is in use."""
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
        except psutil.Error:  # it has ended, or belongs to another user
            continue
    return found


def _end_processes_in_copies() -> None:
    """Terminate the running experiment with all its processes."""
    processes = _processes_in_copies()
    for process in processes:
        process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=10)
    for process in alive:
        process.kill()
