"""The results of an ablation as a table, with the command that reproduces each row."""

import shlex
from collections.abc import Mapping, Sequence
from typing import cast

import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.metrics import MACRO
from ecgfuse.studies.ablation.experiments import Scores
from ecgfuse.studies.ablation.grid import DEFAULT, Row
from ecgfuse.studies.ablation.queue import TARGET
from ecgfuse.studies.ablation.results import AblationResults, FlatScores

MINUS = "\N{MINUS SIGN}"


def command_of(row: Row) -> str:
    """The command that runs a row."""
    return shlex.join(["dvc", "exp", "run", "-n", row.name, *row.overrides(), TARGET])


def flat_scores(scores: Scores) -> FlatScores:
    """macro_f1, ..., f1_N, auprc_N, ... from the metrics of the stage folds."""
    by_class = {
        f"{part}_{name}": scores[name][part] for part in ("f1", "auprc") for name in CLASSES
    }
    return cast("FlatScores", {name: scores[name] for name in MACRO} | by_class)


def collect_results(grid: Sequence[Row], *, scores: Mapping[str, Scores]) -> AblationResults:
    """The results of an ablation: row -> scores and settings."""
    return {
        row.name: {**flat_scores(scores[row.name]), "settings": " ".join(row.settings)}
        for row in grid
        if row.name in scores
    }


def results_table(grid: Sequence[Row], *, scores: Mapping[str, Scores]) -> pd.DataFrame:
    """One row per finished experiment.

    Returns:
        Columns row, asks; the scores of `flat_scores`; GROUP.KEY for each parameter that some row
        changes; command.
    """
    varied = list(dict.fromkeys(s.split("=")[0] for row in grid for s in row.settings))
    lines = [
        {
            "row": row.name,
            "asks": row.asks,
            **flat_scores(scores[row.name]),
            **{key: _parameter(row, key) for key in varied},
            "command": command_of(row),
        }
        for row in grid
        if row.name in scores
    ]
    return pd.DataFrame(lines)


def markdown_table(grid: Sequence[Row], *, scores: Mapping[str, Scores], baseline: str) -> str:
    """Readable table: scores, their difference from the default row, and the commands.

    Args:
        baseline: the commit that the experiments start from.
    """
    first = scores[DEFAULT]
    data = first["data"]
    done = [row for row in grid if row.name in scores]
    missing = [row.name for row in grid if row.name not in scores]
    lines = [
        "# Ablation",
        "",
        f"Every row differs from the default in its settings only. Each was cross-validated on the "
        f"{data['records']} patients of DS1 ({data['beats']:,} beats), who are assigned to folds; "
        "the test records (DS2) were not read, so a row may be chosen by these scores. Seeds per "
        f"row: {first['seeds']}. In brackets: the difference from the default.",
        "",
        "| row | asks | macro AUPRC | macro F1 | F1 of S | F1 of V | F1 of F |",
        "|---|---|---|---|---|---|---|",
    ]
    if data["kind"] == "synthetic":
        lines[2:2] = ["**Synthetic data: these numbers say nothing about patients.**", ""]
    for row in done:
        cells = [
            _with_difference(scores[row.name], first, name) for name in ("macro_auprc", "macro_f1")
        ]
        cells += [f"{scores[row.name][name]['f1']:.2f}" for name in CLASSES[1:]]
        lines.append(f"| {row.name} | {row.asks} | {' | '.join(cells)} |")
    if missing:
        lines += ["", f"Rows of the grid without a result: {', '.join(missing)}."]
    lines += ["", f"Run on commit {baseline[:10]}. To reproduce each row:", "", "```"]
    lines += [command_of(row) for row in done]
    return "\n".join([*lines, "```", ""])


def _with_difference(scores: Scores, default: Scores, name: str) -> str:
    spread = f" ± {scores['sd'][name]:.3f}" if "sd" in scores else ""
    text = f"{scores[name]:.3f}{spread}"
    if scores is default:
        return text
    difference = f"{scores[name] - default[name]:+.3f}".replace("-", MINUS)
    return f"{text} ({difference})"


def _parameter(row: Row, key: str) -> object:
    group, name = key.split(".")
    return row.params[group][name]
