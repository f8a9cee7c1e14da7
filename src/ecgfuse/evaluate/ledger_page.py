"""The page with the ledger of looks at DS2: a table, whose last column is filled in by hand."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from ecgfuse.pipeline.files import atomic_file

TABLE = """
| date | commit | stage | model | setting | scores | decision |
|---|---|---|---|---|---|---|
"""
_NEW_PAGE = "# Looks at DS2\n"
"""Start of a page that is missing."""
_SHOWN = 12
"""Most changes or scores in a cell of the table."""


class Look(TypedDict):
    """One look at scores on DS2."""

    date: str
    commit: str
    stage: str
    model: str
    setting: str
    """What differs from the last look at this model by this stage."""
    scores: dict[str, float]
    parameters: dict[str, object]


def show_looks(looks: Sequence[Look], *, page: Path) -> None:
    """Append the looks that the page lacks: a new one, or rows that it has lost, as in a merge."""
    text = page.read_text() if page.is_file() else _NEW_PAGE
    missing = [row for row in map(row_of, looks) if row not in text]
    if missing:
        text = text.rstrip("\n") + "\n"
        table = "" if text.splitlines()[-1].startswith("|") else TABLE
        with atomic_file(page) as temporary:
            temporary.write_text(text + table + "".join(f"{row}  |\n" for row in missing))


def row_of(look: Look) -> str:
    """Its row of the table up to the decision."""
    scores = _cell([f"{name} {score:.4f}" for name, score in look["scores"].items()])
    cells = (look["date"], look["commit"], look["stage"], look["model"], look["setting"], scores)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def changes(old: Mapping[str, object], new: Mapping[str, object]) -> str:
    """Which parameters differ, such as "train.epochs 4 → 6", or "same"."""
    before, after = (
        {name: json.dumps(value) for name, value in values.items()} for values in (old, new)
    )
    pairs = {name: (before.get(name, "none"), after.get(name, "none")) for name in before | after}
    return _cell([f"{name} {a} → {b}" for name, (a, b) in pairs.items() if a != b]) or "same"


def _cell(parts: Sequence[str]) -> str:
    more = [f"and {len(parts) - _SHOWN} more"] if len(parts) > _SHOWN else []
    return "; ".join([*parts[:_SHOWN], *more])
