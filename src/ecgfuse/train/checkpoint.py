"""The state of a training run, written after every epoch so that an interruption loses no more.

Checkpoints live outside the outputs of the stage, which DVC deletes before it runs a command. Their
name holds a fingerprint of everything that the result depends on, so that a run with other
parameters, data or code never goes on from them.
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
from ecgfuse.files import atomic_file


def fingerprint(settings: dict[str, Any], *, files: Sequence[Path]) -> str:
    """A short name for settings, contents of data files, and the code of this package."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode())
    digest.update(torch.__version__.encode())
    code = sorted(Path(ecgfuse.__file__).parent.rglob("*.py"))
    for path in [*files, *code]:
        digest.update(path.name.encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def save_checkpoint(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint whole or not at all; the one before stays until then."""
    with atomic_file(path) as temporary:
        torch.save(state, temporary)


def load_checkpoint(path: Path) -> dict[str, Any] | None:
    """The last good checkpoint, or None when there is none or it cannot be read."""
    if not path.is_file():
        return None
    try:
        return torch.load(path, weights_only=True, map_location="cpu")
    except (RuntimeError, EOFError, OSError, pickle.UnpicklingError) as error:
        print(f"{path}: damaged checkpoint, training starts anew ({error})", file=sys.stderr)
        return None
