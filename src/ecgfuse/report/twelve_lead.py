"""The section on pretraining on 12-lead recordings: the study ssl12."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecgfuse.report.captions import OBJECTIVES, STARTS
from ecgfuse.report.checks import Check, check_diagnosis, check_identification
from ecgfuse.studies.ssl12.results import (
    LeadScores,
    LeadsResults,
    SeedScores,
    SummaryData,
    SummaryResults,
)


@dataclass(frozen=True, kw_only=True)
class RecipeRow:
    """Test scores of one objective and task, by recipe."""

    objective: str
    task: str
    recipes: Mapping[str, SeedScores]


@dataclass(frozen=True, kw_only=True)
class TwelveLeadSection:
    """Pretraining on 12-lead recordings."""

    data: SummaryData
    rows: list[RecipeRow]
    leads: Mapping[str, Mapping[str, LeadScores]]
    """Recipe -> set of leads -> scores."""
    checks: list[Check]


def describe_twelve_lead(summary: SummaryResults, *, leads: LeadsResults) -> TwelveLeadSection:
    """Build the section."""
    rows = []
    for objective in OBJECTIVES:
        found = summary[objective]
        for task, recipes in (("diagnosis", found), ("rhythm", found["rhythm"])):
            rows.append(
                RecipeRow(
                    objective=STARTS[objective],
                    task=task,
                    recipes={
                        "scratch": recipes["scratch"],
                        "linear probe": recipes["linear_probe"],
                        "fine-tuned": recipes["fine_tune"],
                    },
                )
            )
    return TwelveLeadSection(
        data=summary["data"],
        rows=rows,
        leads=leads,
        checks=[*check_diagnosis(summary), *check_identification(leads)],
    )
