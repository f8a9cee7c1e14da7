"""Checkpoints of a training run, written after every epoch.

They are not outputs of the stage, which DVC deletes before it runs a command. Their path contains a
fingerprint of everything the result depends on, so a run with other parameters, data or code never
resumes from them.
"""

import hashlib
import json
import pickle
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

import ecgfuse
from ecgfuse.pipeline.files import atomic_file


def fingerprint(settings: dict[str, Any], *, files: Sequence[Path]) -> str:
    """A short hash of settings, contents of data files, and the code of this package."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    digest.update(torch.__version__.encode())
    code = sorted(Path(ecgfuse.__file__).parent.rglob("*.py"))
    for path in [*files, *code]:
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def save_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint atomically; the previous one stays until then."""
    with atomic_file(path) as temporary:
        torch.save(state, temporary)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """Load a checkpoint; None if it does not exist or cannot be read."""
    if not path.is_file():
        return None
    try:
        return torch.load(path, weights_only=True, map_location="cpu")
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        print(f"{path}: damaged checkpoint, training starts anew ({error})", file=sys.stderr)
        return None
