"""Is what a study found still what it would find now?

A study is a pipeline of its own, which this does not run. Its dvc.lock says what its results were
made of: hashes of files and folders, and values of parameters. Those are compared with what the
root pipeline has now. `dvc status` tells the same, and more slowly.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecgfuse.params import read_params

LOCK = "dvc.lock"


@dataclass(frozen=True)
class Standing:
    """How a study stands to the present code, data and parameters."""

    was_run: bool
    reasons: tuple[str, ...]
    """Why another run would give something else: "models/a changed", "train was not run"."""

    @property
    def is_current(self) -> bool:
        """Whether another run would give the same."""
        return self.was_run and not self.reasons


def standings(studies: Path) -> dict[str, Standing]:
    """How each study stands, by name.

    Args:
        studies: folder of the studies, beside dvc.lock and params.yaml of the root pipeline.

    Raises:
        ValueError: a parameter or lock file cannot be read.
    """
    root = studies.parent
    locks = {path.parent.name: read_lock(path) for path in sorted(studies.glob(f"*/{LOCK}"))}
    pipeline = read_lock(root / LOCK)
    # What the pipeline has read counts, too: part of an output, such as data/beats/train, is only
    # named there.
    known = _hashes(pipeline, "deps") | _hashes(pipeline, "outs")
    for stages in locks.values():
        known |= _hashes(stages, "outs")
    every = [stage for stages in locks.values() for stage in stages.values()]
    files = {path for stage in every for path in stage.get("params", {})}
    params = {path: read_params(root / path) for path in files}  # once, though many stages read it
    found = {
        name: _standing(
            stages,
            declared=_declared(studies / name / "dvc.yaml"),
            known=known,
            params=params,
            root=root,
        )
        for name, stages in locks.items()
    }
    return {
        name: Standing(
            standing.was_run,
            (
                *standing.reasons,
                *(
                    f"{other} is not current"
                    for other in _studies_before(name, locks)
                    if not found[other].is_current
                ),
            ),
        )
        for name, standing in found.items()
    }


def read_lock(path: Path) -> dict[str, Any]:
    """Stage -> its entry in a lock file; none where there is no such file.

    Raises:
        ValueError: it is not YAML.
    """
    return read_params(path).get("stages", {}) if path.is_file() else {}


def _declared(pipeline: Path) -> list[str]:
    """The stages of a pipeline; of a family made by foreach its common name."""
    return list(read_params(pipeline)["stages"])


def _hashes(stages: Mapping[str, Any], kind: str) -> dict[str, str]:
    return {
        entry["path"]: entry["md5"] for stage in stages.values() for entry in stage.get(kind, [])
    }


def _standing(
    stages: Mapping[str, Any],
    *,
    declared: Sequence[str],
    known: Mapping[str, str],
    params: Mapping[str, Mapping[str, Any]],
    root: Path,
) -> Standing:
    if not stages:
        return Standing(was_run=False, reasons=())
    was_run = {name.partition("@")[0] for name in stages}
    reasons = [f"{name} was not run" for name in declared if name not in was_run]
    for path, read in _hashes(stages, "deps").items():
        if (now := _md5(root / path) or known.get(path)) is not None and now != read:
            reasons.append(f"{path} changed")
    for stage in stages.values():
        for path, read in stage.get("params", {}).items():
            for key, value in read.items():
                if _parameter(params[path], key) != value:
                    reasons.append(f"{key if path == 'params.yaml' else f'{path}:{key}'} changed")
    return Standing(was_run=True, reasons=tuple(dict.fromkeys(reasons)))


def _studies_before(name: str, locks: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The other studies whose outputs, or parts of them, a study has read."""
    read = [Path(path) for path in _hashes(locks[name], "deps")]
    return [
        other
        for other, stages in locks.items()
        if other != name
        and any(path.is_relative_to(out) for out in _hashes(stages, "outs") for path in read)
    ]


def _md5(path: Path) -> str | None:
    """As DVC hashes a file; None for a folder, and where there is nothing, as in a clone."""
    return hashlib.md5(path.read_bytes()).hexdigest() if path.is_file() else None


def _parameter(values: Mapping[str, Any], key: str) -> Any:
    """The value at a dotted key, None where there is none."""
    found: Any = values
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
