"""The repository that an ablation runs in: git and DVC as its user calls them."""

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

from ecgfuse.ablation.grid import PARAM_FILES, Row
from ecgfuse.params import read_params

_QUEUEING = ".dvc/tmp/repro.dat"
"""Where DVC notes what it is about to queue; it is there no longer than that takes."""


def git(*arguments: str) -> str:
    """Run git, which must succeed; what it printed."""
    return _run(["git", *arguments])


def dvc(*arguments: str) -> str:
    """Run DVC, which must succeed; what it printed."""
    return _run([sys.executable, "-m", "dvc", *arguments])


def start_worker() -> None:
    """Let DVC work on its queue, one experiment after the other, in a process of its own."""
    # The worker would keep pipes open, and calls 'dvc' by its name.
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
        said = " ".join((done.stderr or done.stdout).split())
        raise ValueError(f"'{' '.join(command[-4:])}' failed: {said}")
    return done.stdout


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold a lock file, which is free again when this process ends, however it does.

    Raises:
        ValueError: another process holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise ValueError("another 'make ablation' runs here; wait until it is done") from None
        yield


def changed_files(*, but: Iterable[str]) -> list[str]:
    """Tracked files that differ from the last commit, without those below the paths `but`."""
    paths = [f":(exclude){path}" for path in but]
    status = git("status", "--porcelain", "--untracked-files=no", "--", ".", *paths)
    return [line[3:] for line in status.splitlines()]


def committed_params() -> dict[str, Any]:
    """All groups of the parameter files of the last commit, which the experiments start from."""
    groups: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        for name in PARAM_FILES:
            path = Path(folder) / Path(name).name
            path.write_text(git("show", f"HEAD:{name}"))
            groups |= read_params(path)
    return groups


def mend_after_kill(grid: Sequence[Row]) -> bool:
    """Take back what DVC leaves in the workspace if it is killed while it queues an experiment.

    It edits the parameter files for a moment, and puts them back. This does so if they say just
    what a row of the grid does; whatever else was edited there is the user's.

    Returns:
        Whether there was something to take back.
    """
    mended = False
    if Path(_QUEUEING).is_file() and git("ls-files", _QUEUEING):
        git("rm", "--quiet", "--force", "--cached", _QUEUEING)
        Path(_QUEUEING).unlink()
        mended = True
    here: dict[str, Any] = {}
    for name in PARAM_FILES:
        here |= read_params(Path(name))
    of_a_row = any(
        all(here.get(group) == row.params[group] for group in row.params) for row in grid[1:]
    )
    if of_a_row and git("status", "--porcelain", "--", *PARAM_FILES):
        git("checkout", "--quiet", "HEAD", "--", *PARAM_FILES)
        mended = True
    return mended
