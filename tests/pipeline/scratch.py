"""A scratch repository with the project's own pipeline, on short synthetic records."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imports import ROOT
from ruamel.yaml import YAML

SMALL: dict[str, Any] = {
    "data": {"source": "synthetic", "synthetic_minutes": 0.5},
    "noise_data": {"source": "synthetic"},
    "noise": {"snr_db": [6.0]},
    "split": {
        "train": ["101", "106"],
        "valid": ["114", "124"],
        "test": ["100", "103"],
    },
    "model": {"stem_channels": 2, "dilations": [1, 2], "se_reductions": [1, 2, 4]},
    # With ratios the rows of early fusion do not depend on rr.features; normalised, they do.
    "rr": {"features": "ratio"},
    "train": {
        "seeds": [1, 2],
        "epochs": 2,
        "batch_size": 64,
        "epoch_beats": 0,
        "precision": "fp32",
    },
    "folds": {"n_folds": 2},
    "pretrain": {"epochs": 1, "epoch_windows": 64, "precision": "fp32"},
    "objectives": {"seeds": [1], "probe_beats": 100, "encoders": ["macnn_se"]},
    "fusion": {"alpha_init": 3.0},
    "distill": {"seeds": [1]},
    "evaluate": {"bootstrap": 100},
    "learning_curve": {"patients": [1], "draws": 1},
    "daeac": {"adapt_s": 8, "steps": 4, "refresh_steps": 2, "batch_size": 32, "precision": "fp32"},
}
"""Parameters that make the whole pipeline run in under four minutes."""


class ScratchRepository:
    """Git and DVC, driven as a user drives them."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def make(cls, root: Path) -> "ScratchRepository":
        """Copy the project, shrink its parameters, and commit."""
        root.mkdir(parents=True)
        for name in (
            "stages",
            "src",
            "studies",
            "params.yaml",
            "dvc.yaml",
            ".dvcignore",
            ".gitignore",
        ):
            source = ROOT / name
            if source.is_dir():
                # studies/ssl12 is a pipeline of its own, with data and metrics of its own.
                left_out = ["ssl12"] if name == "studies" else ["__pycache__", "*.egg-info"]
                ignore = shutil.ignore_patterns(*left_out)
                shutil.copytree(source, root / name, ignore=ignore)
            else:
                shutil.copy(source, root / name)
        repository = cls(root)
        repository.set_params(SMALL)
        repository.git("init", "--quiet", "--initial-branch=main")
        repository.git("config", "user.name", "Test")
        repository.git("config", "user.email", "test@example.org")
        repository.dvc("init", "--quiet")
        repository.dvc("config", "core.analytics", "false")
        repository.commit("the pipeline")
        return repository

    def set_params(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Change values of params.yaml as an editor would, comments kept."""
        yaml, path = YAML(), self.root / "params.yaml"
        document = yaml.load(path)
        for group, values in changes.items():
            document[group].update(values)
        yaml.dump(document, path)

    def git(self, *arguments: str) -> str:
        return self._run("git", *arguments).stdout

    def dvc(self, *arguments: str, timeout: float = 600) -> str:
        """Run DVC, which must succeed; what it printed."""
        done = self.try_dvc(*arguments, timeout=timeout)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def try_dvc(self, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run DVC, which may fail."""
        return self._run(sys.executable, "-m", "dvc", *arguments, timeout=timeout, check=False)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def repro(self, *arguments: str) -> list[str]:
        """Run 'dvc repro', and return the stages whose command ran."""
        return ran(self.dvc("repro", *arguments))

    def environment(self) -> dict[str, str]:
        """Of a user whose virtual environment is on the PATH, without a mirror or another root."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DVC_", "ECGFUSE_", "GIT_")) and name != "PYTHONPATH"
        }
        return kept | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    def _run(
        self, *command: str, timeout: float = 600, check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment(),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=check,
        )


def ran(output: str) -> list[str]:
    """Names of the stages that DVC ran, from what it printed."""
    return [
        line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage '")
    ]
