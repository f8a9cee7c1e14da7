"""The section on the study as published, and on the way from it to today's default."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecgfuse.evaluate.results import EvaluationResults
from ecgfuse.report.studies import Studies
from ecgfuse.report.text_table import TextTable
from ecgfuse.studies.published.comparison import (
    BRIDGE_COLUMNS,
    CHOICE_COLUMNS,
    SCORE_COLUMNS,
    bridge_rows,
    checkpoint_sentence,
    choice_rows,
    forest_sentence,
    score_rows,
)


@dataclass(frozen=True, kw_only=True)
class AsPublishedSection:
    """The study, run by the settings of its public code."""

    scores: TextTable
    forest: str
    checkpoints: str
    choices: TextTable
    bridge: TextTable
    bridge_seeds: int


def describe_as_published(
    studies: Studies, *, models: Mapping[str, EvaluationResults]
) -> AsPublishedSection | None:
    """Build the section; None unless all stages of the study were run.

    Args:
        models: by name; of "hybrid", the scores on DS2 are shown beside the end of the bridge.
    """
    rows, forests, bridge = studies.published, studies.forest, studies.bridge
    if rows is None or forests is None or bridge is None:
        return None
    steps = bridge_rows(bridge, first=rows.get("mhca_opt3"), last=models["hybrid"])
    return AsPublishedSection(
        scores=TextTable(columns=SCORE_COLUMNS, rows=score_rows(rows, forests)),
        forest=forest_sentence(forests["forest"]),
        checkpoints=checkpoint_sentence(rows),
        choices=TextTable(columns=CHOICE_COLUMNS, rows=choice_rows(rows)),
        bridge=TextTable(columns=BRIDGE_COLUMNS, rows=steps),
        bridge_seeds=next(iter(bridge.values()))["seeds"],
    )
