"""The repository that an ablation runs in: git and DVC commands."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ecgfuse.pipeline.params import read_params
from ecgfuse.studies.ablation.grid import PARAM_FILES, Row

_QUEUEING = ".dvc/tmp/repro.dat"
"""Where DVC stores what it is about to queue; it exists only while DVC is queueing."""


def git(*arguments: str) -> str:
    """Run git, which must succeed, and return its output."""
    return _run(["git", *arguments])


def dvc(*arguments: str) -> str:
    """Run DVC, which must succeed, and return its output."""
    return _run([sys.executable, "-m", "dvc", *arguments])


def start_worker() -> None:
    """Start a DVC worker, a process that runs the queued experiments one after the other."""
    # No pipes, since the worker would keep them open; PATH, since it calls 'dvc' by name.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(
        [sys.executable, "-m", "dvc", "queue", "start", "--jobs", "1"],
        env=os.environ | {"PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def show_experiments() -> list[dict[str, Any]]:
    """All experiments on the last commit."""
    shown: list[dict[str, Any]] = json.loads(dvc("exp", "show", "--json"))
    return shown


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        output = " ".join((done.stderr or done.stdout).split())
        raise ValueError(f"'{' '.join(command[-4:])}' failed: {output}")
    return done.stdout


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock file, which is released when this process ends, even if it is killed.

    Raises:
        ValueError: another process holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                "another ablation is running in this repository; wait until it ends"
            ) from None
        yield


def changed_files(*, but: Iterable[str]) -> list[str]:
    """Tracked files that differ from the last commit, except those below the paths `but`."""
    paths = [f":(exclude){path}" for path in but]
    status = git("status", "--porcelain", "--untracked-files=no", "--", ".", *paths)
    return [line[3:] for line in status.splitlines()]


def committed_params() -> dict[str, dict[str, object]]:
    """All groups of the parameter files at the last commit, which the experiments start from."""
    groups: dict[str, dict[str, object]] = {}
    with TemporaryDirectory() as folder:
        for name in PARAM_FILES:
            path = Path(folder) / Path(name).name
            path.write_text(git("show", f"HEAD:{name}"))
            groups |= read_params(path)
    return groups


def restore_after_kill(grid: Sequence[Row]) -> bool:
    """Undo what DVC leaves in the workspace if it is killed while queueing an experiment.

    DVC edits the parameter files for a moment and then restores them. They are restored here if
    they hold exactly the parameters of a row of the grid; any other edit is the user's.

    Returns:
        Whether there was something to undo.
    """
    restored = False
    if Path(_QUEUEING).is_file() and git("ls-files", _QUEUEING):
        git("rm", "--quiet", "--force", "--cached", _QUEUEING)
        Path(_QUEUEING).unlink()
        restored = True
    current: dict[str, object] = {}
    for name in PARAM_FILES:
        current |= read_params(Path(name))
    is_a_row = any(
        all(current.get(group) == row.params[group] for group in row.params) for row in grid[1:]
    )
    if is_a_row and git("status", "--porcelain", "--", *PARAM_FILES):
        git("checkout", "--quiet", "HEAD", "--", *PARAM_FILES)
        restored = True
    return restored
