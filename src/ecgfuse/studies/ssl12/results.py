"""What the results files of the study ssl12 hold."""

from typing import NotRequired, TypedDict


class Spread(TypedDict):
    """Sample standard deviations over the seeds."""

    macro_auroc: float
    ovo_auc: NotRequired[float]
    macro_f1: float


class RecordingScores(TypedDict):
    """Scores of one network on the test recordings."""

    macro_auroc: float
    """One class against the rest."""
    ovo_auc: float | None
    """One-vs-one AUC; None where no two classes have a recording of their own."""
    macro_f1: float
    n_recordings: int
    n_of_class: dict[str, int]
    left_out: str
    """Classes without a score, comma-separated."""


class SeedScores(RecordingScores):
    """Means over the seeds of one recipe."""

    sd: Spread


class RecipeScores(TypedDict):
    """One objective on one task."""

    scratch: SeedScores
    linear_probe: SeedScores
    fine_tune: SeedScores


class TaskScores(TypedDict):
    """One objective."""

    diagnosis: RecipeScores
    rhythm: RecipeScores


FineTuneResults = dict[str, TaskScores]
"""Objective -> scores: the output of the stage fine_tune."""


class SummaryData(TypedDict):
    """What the study was run on."""

    databases: str
    left_out: int
    """Recordings that could not be read."""
    recordings: dict[str, int]
    patients: dict[str, int]
    """By split."""


class ObjectiveSummary(RecipeScores):
    """Scores of the diagnosis by recipe, and of the rhythm."""

    rhythm: RecipeScores


class SummaryResults(TypedDict):
    """results/summary.json."""

    data: SummaryData
    mae_moco: ObjectiveSummary
    mae_nextclip: ObjectiveSummary
    w2v_cmsc_rlm: ObjectiveSummary


class Identification(TypedDict):
    """Patient identification."""

    rank1: float
    """Share of patients whose second recording is nearest to their first one."""
    rank1_sd: float
    patients: int


class LeadScores(SeedScores):
    """Scores of the diagnosis of one recipe on one set of leads."""

    identification: Identification


LeadsResults = dict[str, dict[str, LeadScores]]
"""results/leads.json: recipe -> set of leads -> scores."""
