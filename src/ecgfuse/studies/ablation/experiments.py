"""The finished experiments on the last commit, from 'dvc exp show'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecgfuse.studies.ablation.grid import PARAM_FILES, Params, Row

METRICS = "studies/folds/metrics/folds.json"
"""Metrics file of the stage folds."""

Scores = Mapping[str, Any]


@dataclass(frozen=True)
class Experiment:
    """A finished experiment."""

    params: Params
    scores: Scores
    """Content of METRICS."""


def finished_experiments(
    shown: Sequence[Mapping[str, Any]], *, baseline: str
) -> dict[str, Experiment]:
    """The experiments on a commit that succeeded and have scores, by name.

    Args:
        shown: output of 'dvc exp show --json'.
        baseline: full hash of the commit.
    """
    return {
        experiment["name"]: Experiment(
            params={
                group: values
                for path in PARAM_FILES
                for group, values in data["params"][path]["data"].items()
            },
            scores=data["metrics"][METRICS]["data"],
        )
        for commit in shown
        if commit["rev"] == baseline
        for experiment in commit["experiments"] or []
        # A running, queued or failed experiment shows the scores of the commit, not its own.
        if (experiment["executor"] or {}).get("state") in (None, "success")
        if (data := experiment["revs"][0]["data"]) and "data" in data["metrics"].get(METRICS, {})
    }


def missing_rows(grid: Sequence[Row], *, finished: Mapping[str, Experiment]) -> list[Row]:
    """The rows without an experiment, in the order of the grid.

    Raises:
        ValueError: an experiment has the name of a row but different parameters.
    """
    for row in grid:
        if row.name in finished and (change := _difference(row, finished[row.name])):
            raise ValueError(
                f"the experiment {row.name} has {change}, unlike the row of that name; remove it "
                f"by 'dvc exp remove {row.name}', or rename the row"
            )
    return [row for row in grid if row.name not in finished]


def _difference(row: Row, experiment: Experiment) -> str:
    """The first parameter that differs from the row, "" if there is none."""
    for group, values in row.params.items():
        of_group = experiment.params.get(group, {})
        for key, value in values.items():
            if of_group.get(key) != value:
                return f"{group}.{key}={of_group.get(key)}"
    return ""
