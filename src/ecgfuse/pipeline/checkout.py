"""Where in git, and in which workspace, a stage runs."""

import subprocess
from pathlib import Path

_SOURCES = ("src", "stages", "studies/*/stages/*", "*.yaml", "requirements.txt")
"""What results follow from."""
_COPIES = Path(".dvc/tmp/exps").parts
"""Where DVC copies a workspace to, for the experiments of `dvc exp run --queue` and `--temp`."""


def source_commit(*, outside_git: str = "-") -> str:
    """Short hash of the commit, with a plus sign if code or parameters have changed since."""
    commit = _git("rev-parse", "--short", "HEAD")
    if not commit:
        return outside_git
    changed = _git("--no-optional-locks", "status", "--porcelain", "--", *_SOURCES)
    return f"{commit}+" if changed else commit


def workspace_of(folder: Path) -> Path:
    """The workspace that DVC copied to an absolute folder for an experiment, or the folder."""
    for parent in folder.parents:
        if parent.parts[-len(_COPIES) :] == _COPIES:
            return parent.parents[len(_COPIES) - 1]
    return folder


def _git(*arguments: str) -> str:
    """Output of a git command; empty if it fails, as outside a repository, or without git."""
    try:
        done = subprocess.run(["git", *arguments], text=True, capture_output=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
