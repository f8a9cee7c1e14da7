"""A scratch repository with the pipelines of the project, on short synthetic records."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from root import ROOT
from ruamel.yaml import YAML

SMALL: dict[str, Any] = {
    "data": {"source": "synthetic", "synthetic_minutes": 0.5},
    "noise_data": {"source": "synthetic"},
    "noise": {"snr_db": [6.0]},
    "external": {"databases": ["svdb"], "min_beats": 2, "min_records": 1},
    "split": {
        "train": ["101", "106"],
        "valid": ["114", "124"],
        "test": ["100", "103"],
    },
    "model": {"stem_channels": 2, "dilations": [1, 2], "se_reductions": [1, 2, 4]},
    "train": {
        "seeds": [1],
        "epochs": 2,
        "batch_size": 64,
        "epoch_beats": 0,
        "precision": "fp32",
    },
    "folds": {"n_folds": 2},
    "pretrain": {"epochs": 1, "epoch_windows": 64, "precision": "fp32"},
    "pretrain_comparison": {"seeds": [1], "probe_beats": 100, "encoders": ["macnn_se"]},
    "fusion": {"alpha_init": 3.0},
    "distill": {"seeds": [1]},
    "evaluate": {"bootstrap": 100},
    "learning_curve": {"patients": [1], "draws": 1},
    "daeac": {"adapt_s": 8, "steps": 4, "refresh_steps": 2, "batch_size": 32, "precision": "fp32"},
}
"""Parameters with which all pipelines run in a few minutes; most of it is importing libraries."""
SSL12: dict[str, Any] = {
    "recordings": {"fs": 100},
    "pretrain": {"epochs": 1, "batch_size": 4, "precision": "fp32"},
    "fine_tune": {"epochs": 1, "seeds": [1], "precision": "fp32"},
    "leads": {"sets": ["1"], "pretrain_epochs": 1, "seeds": [1], "identify_epochs": 1},
}
"""The same for studies/ssl12, which has its own group pretrain."""
PUBLISHED: dict[str, Any] = {
    "published": {
        "rows": ["baseline_opt2", "mhca_opt3", "resunet_b2"],
        "seeds": [1],
        "macnn_epochs": 1,
        "macnn_batch": 64,
        "resunet_epochs": 1,
        "resunet_batch": 64,
        "full_rows": [],
        "precision": "fp32",
    },
    "forest": {"seeds": [1], "trees": 2},
    "bridge": {"n_folds": 2, "seeds": [1]},
}
"""The same for studies/published, whose groups do not have its name."""
HEARTBEAT: dict[str, Any] = {
    "beats": {"ptbxl_recordings": 80},
    "augmentation": {"networks": ["cnn_lstm"], "seeds": [1], "max_epochs": 1},
    "leads": {"seeds": [1], "max_epochs": 1},
    "small": {"stem_channels": 2, "epochs": 1, "seeds": [1]},
    "fit": {"max_epochs": 1, "precision": "fp32"},
    "networks": {
        "seeds": [1],
        "cnn_lstm_five_epochs": 1,
        "cnn_lstm_dropout_epochs": 1,
        "transformer_epochs": 1,
        "transformer_published_epochs": 1,
    },
    "ood": {"inputs": 20, "seconds": 20, "snr_db": [6]},
}
"""The same for studies/heartbeat."""


class ScratchRepository:
    """Git and DVC, used as a user would."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.variables: dict[str, str] = {}
        """Additional environment variables for the commands."""

    @classmethod
    def make(cls, root: Path) -> "ScratchRepository":
        """Copy the project, shrink its parameters, and commit."""
        root.mkdir(parents=True)
        for name in ("stages", "src", "studies", "params.yaml", "dvc.yaml", "requirements.txt"):
            _copy(ROOT / name, root / name)
        for name in (".dvcignore", ".gitignore"):
            shutil.copy(ROOT / name, root / name)
        for lock in root.glob("studies/*/dvc.lock"):  # nothing has been run here
            lock.write_text("schema: '2.0'\n")
        repository = cls(root)
        repository.set_params(SMALL)
        repository.set_params(SSL12, study="ssl12")
        repository.set_params(PUBLISHED, study="published")
        repository.set_params(HEARTBEAT, study="heartbeat")
        repository.git("init", "--quiet", "--initial-branch=main")
        repository.git("config", "user.name", "Test")
        repository.git("config", "user.email", "test@example.org")
        repository.dvc("init", "--quiet")
        repository.dvc("config", "core.analytics", "false")
        repository.commit("the pipeline")
        return repository

    def set_params(
        self, changes: Mapping[str, Mapping[str, Any]], *, study: str | None = None
    ) -> None:
        """Change values of parameter files as an editor would, keeping comments.

        Args:
            study: the study whose file is changed; None finds the file of each group.
        """
        yaml = YAML()
        for group, values in changes.items():
            of_study = self.root / "studies" / (study or group) / "params.yaml"
            path = of_study if of_study.is_file() else self.root / "params.yaml"
            document = yaml.load(path)
            document[group].update(values)
            yaml.dump(document, path)

    def git(self, *arguments: str) -> str:
        return self._run("git", *arguments).stdout

    def dvc(self, *arguments: str, timeout: float = 600) -> str:
        """Run DVC, which must succeed, and return its output."""
        done = self.try_dvc(*arguments, timeout=timeout)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def try_dvc(self, *arguments: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Run DVC, which may fail."""
        return self._run(sys.executable, "-m", "dvc", *arguments, timeout=timeout, check=False)

    def commit(self, message: str) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def repro(self, *arguments: str, timeout: float = 600) -> list[str]:
        """Run 'dvc repro' and return the stages whose command ran."""
        return ran(self.dvc("repro", *arguments, timeout=timeout))

    def would_run(self, *arguments: str) -> set[str]:
        """The stages that 'dvc repro' would run."""
        return set(self.repro("--dry", *arguments))

    def environment(self) -> dict[str, str]:
        """That of a user with the virtual environment on the PATH, without a mirror."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DVC_", "ECGFUSE_", "GIT_")) and name != "PYTHONPATH"
        }
        path = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        return kept | path | self.variables

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


def _copy(source: Path, target: Path) -> None:
    """Copy a file, or a folder without build products, data and results."""
    if source.is_file():
        shutil.copy(source, target)
        return
    ignored = ["__pycache__", "*.egg-info", "data", "results", "metrics"]
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*ignored))


def ran(output: str) -> list[str]:
    """Names of the stages that DVC ran, parsed from its output."""
    return [
        line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage '")
    ]
