"""Which targets were reached, and which beats are lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ecgfuse.report.published import TARGET_FUSION, TARGETS
from ecgfuse.report.rows import COLUMNS, ensemble_row, seed_row


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A target and what came of it, in percent."""

    title: str
    of: str
    """Mean of how many seeds, or the ensemble."""
    at_least: float
    value: float

    @property
    def reached(self) -> bool:
        """Whether the score, not rounded, is as high as the target."""
        return self.value >= self.at_least


def check_targets(metrics: Mapping[str, Mapping[str, Any]]) -> list[Verdict]:
    """Hold the fusion that has targets against them.

    Args:
        metrics: fusion -> its results.

    Returns:
        One verdict for each target; none where that fusion was not run.
    """
    if TARGET_FUSION not in metrics:
        return []
    found = metrics[TARGET_FUSION]
    mean, ensemble = seed_row(TARGET_FUSION, found), ensemble_row(TARGET_FUSION, found)
    seeds = "one seed" if found["seeds"] == 1 else f"mean of {found['seeds']} seeds"
    verdicts = []
    for target in TARGETS:
        value = (ensemble if target.of_ensemble else mean).values[target.score]
        assert value is not None  # None only in published results
        verdicts.append(
            Verdict(
                title=COLUMNS[target.score],
                of="ensemble" if target.of_ensemble else seeds,
                at_least=target.at_least,
                value=value,
            )
        )
    return verdicts


def largest_losses(
    errors: pd.DataFrame, *, supports: Mapping[str, int], n_rows: int
) -> list[dict[str, Any]]:
    """The kinds of error that cost most beats.

    Args:
        errors: as `evaluate.by_record.error_table` gives it, of one fusion.
        supports: class -> number of its test beats.
        n_rows: rows to keep, at most.

    Returns:
        Rows with record, actual, predicted, beats, and share: of all test beats of that class.
    """
    largest = errors.sort_values("beats", ascending=False, kind="stable").head(n_rows)
    return [
        {
            "record": str(row["record"]),
            "actual": row["actual"],
            "predicted": row["predicted"],
            "beats": int(row["beats"]),
            "share": row["beats"] / supports[row["actual"]],
        }
        for row in largest.to_dict("records")
    ]
