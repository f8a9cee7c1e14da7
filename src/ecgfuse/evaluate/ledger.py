"""The ledger of looks at DS2: every stage that scores its records appends a row by itself.

docs/ds2.jsonl has a look per line, with exact scores and all parameters; docs/ds2.md has a table of
them. Neither is an output or a dependency of a stage. A copy that is not in git, docs/.ds2.jsonl,
brings back what `git checkout` or `dvc exp apply` removed. An experiment in a copy of the workspace
(`dvc exp run --temp` or `--queue`) writes to the ledgers of both.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from pathlib import Path

from ecgfuse.evaluate.ledger_page import Look, changes, show_looks
from ecgfuse.pipeline.checkout import source_commit, workspace_of
from ecgfuse.pipeline.files import atomic_file
from ecgfuse.pipeline.params import read_params
from ecgfuse.pipeline.results import Nested, pick

DATABASE = "mitdb"
"""The database that DS2 is part of."""


def record_look(
    results: Path,
    *,
    stage: str,
    model: str,
    dataset: Path,
    scores: Sequence[str] = ("test.macro_f1", "test.macro_auprc"),
    parameters: Sequence[Path] = (Path("params.yaml"),),
    ledger: Path = Path("docs/ds2.md"),
) -> None:
    """Record a look at DS2, unless these scores of the same parameters are on record.

    Synthetic data and other databases are not recorded.

    Args:
        results: JSON that the stage wrote.
        stage: name of the stage.
        model: what was scored.
        dataset: dataset.json of the recordings that were scored.
        scores: which numbers of the results are recorded, as the `paths` of `pick`.
        parameters: parameter files that may change the scores; they need not exist.
        ledger: the page, relative to the workspace; the files of exact values lie beside it.

    Raises:
        KeyError: a path of `scores` matches nothing.
    """
    data = json.loads(dataset.read_text())
    if (data["database"], data["kind"]) != (DATABASE, "real"):
        return
    found = dict(_flat(pick(json.loads(results.read_text()), scores)))
    groups = {name: group for path in parameters for name, group in _groups(path).items()}
    look: Look = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": source_commit(),
        "stage": stage,
        "model": model,
        "setting": "first",
        "scores": {n: float(s) for n, s in found.items() if isinstance(s, int | float)},
        "parameters": dict(_flat(groups)),
    }
    home = workspace_of(Path.cwd()) / ledger
    with _locked(home.parent):
        looks = _with(look, _read(_exact(home), _kept(home)))
        for page in dict.fromkeys((home, Path.cwd() / ledger)):
            _write(looks, _exact(page), _kept(page))
            show_looks(looks, page=page)


def _with(look: Look, looks: list[Look]) -> list[Look]:
    """The looks, and the new one unless it is among them."""
    if any(_is_same(look, one) for one in looks):
        return looks
    before = [
        one for one in looks if (one["stage"], one["model"]) == (look["stage"], look["model"])
    ]
    setting = changes(before[-1]["parameters"], look["parameters"]) if before else "first"
    return [*looks, {**look, "setting": setting}]


def _is_same(look: Look, other: Look) -> bool:
    """Whether both tell the same, whenever and from whichever commit they were made."""
    return (
        look["stage"] == other["stage"]
        and look["model"] == other["model"]
        and look["scores"] == other["scores"]
        and look["parameters"] == other["parameters"]
    )


def _exact(page: Path) -> Path:
    return page.with_suffix(".jsonl")


def _kept(page: Path) -> Path:
    return page.with_name(f".{page.stem}.jsonl")


def _read(*paths: Path) -> list[Look]:
    """The looks of all files, each once."""
    looks: list[Look] = []
    for path in paths:
        for line in path.read_text().splitlines() if path.is_file() else ():
            look: Look = json.loads(line)
            if not any(_is_same(look, one) for one in looks):
                looks.append(look)
    return looks


def _write(looks: Sequence[Look], *paths: Path) -> None:
    """Write the looks to all files that do not hold them yet."""
    text = "".join(f"{json.dumps(look)}\n" for look in looks)
    for path in paths:
        if not path.is_file() or path.read_text() != text:
            with atomic_file(path) as temporary:
                temporary.write_text(text)


def _groups(path: Path) -> dict[str, object]:
    return read_params(path) if path.is_file() else {}


def _flat(nested: Nested, *, above: str = "") -> Iterator[tuple[str, object]]:
    """Names joined by dots, and values."""
    for name, value in nested.items():
        if isinstance(value, dict):
            yield from _flat(value, above=f"{above}{name}.")
        else:
            yield f"{above}{name}", value


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time write to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        flock(descriptor, LOCK_EX)
        yield
    finally:
        os.close(descriptor)
