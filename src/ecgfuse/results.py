"""What a stage found, as two files in git: all of it for the report, and headline numbers for DVC.

`dvc exp show` makes a column of every number in a metrics file, so a metrics file holds few.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecgfuse.files import write_json

Nested = Mapping[str, Any]
"""Dictionaries, numbers and strings; DVC drops lists from metrics without a word."""


def write_results(found: Nested, *, results: Path, metrics: Path, headline: Sequence[str]) -> None:
    """Write everything to one file and the headline to another.

    Args:
        found: what the stage found.
        results: JSON for all of it, a plain output of the stage.
        metrics: JSON for the headline, a metrics file of the stage.
        headline: as the paths of `pick`.
    """
    write_json(found, results)
    write_json(pick(found, headline), metrics)


def pick(found: Nested, paths: Sequence[str]) -> dict[str, Any]:
    """The values at some paths, nested as they were.

    Args:
        found: nested dictionaries.
        paths: keys joined by dots, such as test.S.f1; a star stands for every key.

    Raises:
        KeyError: a path leads nowhere.
    """
    picked: dict[str, Any] = {}
    for path in paths:
        if not _copy(found, picked, keys=path.split(".")):
            raise KeyError(f"there is no {path} in the results")
    return picked


def _copy(found: Nested, into: dict[str, Any], *, keys: Sequence[str]) -> bool:
    """Copy what lies at the end of the keys; whether there is anything."""
    first, *rest = keys
    copied = False
    for key in found if first == "*" else {first} & found.keys():
        value = found[key]
        if not rest:
            into[key] = value
            copied = True
        elif isinstance(value, Mapping):
            below = into.get(key, {})
            if _copy(value, below, keys=rest):
                into[key] = below
                copied = True
    return copied
