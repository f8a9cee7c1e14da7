"""Are the results of a study those that another run would give now?

A study is a pipeline of its own, which is not run here. Its dvc.lock records what its results were
made of: hashes of files and folders, and values of parameters. They are compared with the present
ones of the root pipeline. `dvc status` reports the same, more slowly.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from ecgfuse.pipeline.params import read_params

LOCK = "dvc.lock"


class LockEntry(TypedDict):
    """A dependency or an output in a lock file."""

    path: str
    md5: str


class LockedStage(TypedDict, total=False):
    """A stage in a lock file, as far as it is read here."""

    deps: list[LockEntry]
    params: dict[str, dict[str, object]]
    """File -> dotted key -> value."""
    outs: list[LockEntry]


Lock = Mapping[str, LockedStage]
"""By name of the stage."""


@dataclass(frozen=True)
class Standing:
    """Whether the results of a study are those of the present code, data and parameters."""

    was_run: bool
    reasons: tuple[str, ...]
    """Why another run could give other results: "models/a changed", "train was not run"."""

    @property
    def is_current(self) -> bool:
        """Whether another run would give the same results."""
        return self.was_run and not self.reasons


def standings(studies: Path) -> dict[str, Standing]:
    """The standing of each study, by name.

    Args:
        studies: folder of the studies, beside dvc.lock and params.yaml of the root pipeline.

    Raises:
        ValueError: a parameter or lock file cannot be read.
    """
    root = studies.parent
    locks = {path.parent.name: read_lock(path) for path in sorted(studies.glob(f"*/{LOCK}"))}
    pipeline = read_lock(root / LOCK)
    # Dependencies of the pipeline count as well: part of an output, such as data/beats/train, is
    # listed only there.
    known = _hashes(pipeline, "deps") | _hashes(pipeline, "outs")
    for stages in locks.values():
        known |= _hashes(stages, "outs")
    every = [stage for stages in locks.values() for stage in stages.values()]
    files = {path for stage in every for path in stage.get("params", {})}
    params = {path: read_params(root / path) for path in files}  # once, not once per stage
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


def read_lock(path: Path) -> Lock:
    """The stages of a lock file; none if there is no such file.

    Raises:
        ValueError: it is not YAML.
    """
    stages: Lock = read_params(path).get("stages", {}) if path.is_file() else {}
    return stages


def _declared(pipeline: Path) -> list[str]:
    """The stages of a pipeline; a family made by foreach counts once."""
    return list(read_params(pipeline)["stages"])


def _hashes(stages: Lock, kind: Literal["deps", "outs"]) -> dict[str, str]:
    return {
        entry["path"]: entry["md5"] for stage in stages.values() for entry in stage.get(kind, [])
    }


def _standing(
    stages: Lock,
    *,
    declared: Sequence[str],
    known: Mapping[str, str],
    params: Mapping[str, Mapping[str, object]],
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
        for path, values in stage.get("params", {}).items():
            for key, value in values.items():
                if _parameter(params[path], key) != value:
                    reasons.append(f"{key if path == 'params.yaml' else f'{path}:{key}'} changed")
    return Standing(was_run=True, reasons=tuple(dict.fromkeys(reasons)))


def _studies_before(name: str, locks: Mapping[str, Lock]) -> list[str]:
    """The other studies whose outputs, or parts of them, a study reads."""
    read = [Path(path) for path in _hashes(locks[name], "deps")]
    return [
        other
        for other, stages in locks.items()
        if other != name
        and any(path.is_relative_to(out) for out in _hashes(stages, "outs") for path in read)
    ]


def _md5(path: Path) -> str | None:
    """The hash of a file as DVC computes it; None for a folder or a missing file."""
    return hashlib.md5(path.read_bytes()).hexdigest() if path.is_file() else None


def _parameter(values: Mapping[str, object], key: str) -> object:
    """The value at a dotted key, None if there is none."""
    found: object = values
    for part in key.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
