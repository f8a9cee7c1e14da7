"""Write the results of a stage to two files in git: all of them, and the headline numbers.

`dvc exp show` has a column for every number in a metrics file, so a metrics file holds only the
headline; the report reads the full results.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ecgfuse.pipeline.files import write_json

Nested = Mapping[str, object]
"""Nested dictionaries of numbers and strings; DVC silently drops lists from metrics."""


def write_results(found: Nested, *, results: Path, metrics: Path, headline: Sequence[str]) -> None:
    """Write all results to one JSON file and the headline to another.

    Args:
        found: the results.
        results: path of all results, a plain output of the stage.
        metrics: path of the headline, a metrics file of the stage.
        headline: which results are in the headline, as the `paths` of `pick`.
    """
    write_json(found, results)
    write_json(pick(found, headline), metrics)


def pick(found: Nested, paths: Sequence[str]) -> dict[str, object]:
    """Select the values at some paths, nested as before.

    Args:
        found: nested dictionaries.
        paths: keys joined by dots, such as test.S.f1; `*` matches every key.

    Raises:
        KeyError: a path matches nothing.
    """
    picked: dict[str, object] = {}
    for path in paths:
        if not _copy(found, picked, keys=path.split(".")):
            raise KeyError(f"no {path} in the results")
    return picked


def _copy(found: Nested, into: dict[str, object], *, keys: Sequence[str]) -> bool:
    """Copy the values that the keys lead to; return whether there are any."""
    first, *rest = keys
    copied = False
    for key in found if first == "*" else {first} & found.keys():
        value = found[key]
        if not rest:
            into[key] = value
            copied = True
        elif isinstance(value, Mapping):
            below = into.get(key, {})
            assert isinstance(below, dict)
            if _copy(value, below, keys=rest):
                into[key] = below
                copied = True
    return copied
