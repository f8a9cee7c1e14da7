"""The summary stage: the scores of all objectives side by side."""

import json
from pathlib import Path
from typing import Literal

import pandas as pd

from ecgfuse.pipeline.results import write_results
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.ssl12 import draw_ssl12
from ecgfuse.studies.ssl12.results import (
    FineTuneResults,
    ObjectiveSummary,
    SummaryData,
    SummaryResults,
)

RECIPES = ("scratch", "linear_probe", "fine_tune")
_HEADLINE = tuple(f"*.{recipe}.macro_auroc" for recipe in RECIPES)

OBJECTIVES: tuple[Literal["mae_moco", "mae_nextclip", "w2v_cmsc_rlm"], ...] = (
    "mae_moco",
    "mae_nextclip",
    "w2v_cmsc_rlm",
)


def summarise(
    fine_tuned: Path, *, windows: Path, figure: Path, results: Path, metrics: Path
) -> None:
    """Write and plot the scores of all objectives side by side.

    Args:
        fine_tuned: JSON written by `classify`.
        windows: windows.csv written by `prepare`.
        figure: PNG of the scores of both tasks.
        results: JSON, as `SummaryResults`.
        metrics: JSON of the headline.
    """
    found: FineTuneResults = json.loads(fine_tuned.read_text())
    of_objective: dict[str, ObjectiveSummary] = {
        name: {**by_task["diagnosis"], "rhythm": by_task["rhythm"]}
        for name, by_task in found.items()
    }
    summary: SummaryResults = {
        "data": count_recordings(pd.read_csv(windows)),
        "mae_moco": of_objective["mae_moco"],
        "mae_nextclip": of_objective["mae_nextclip"],
        "w2v_cmsc_rlm": of_objective["w2v_cmsc_rlm"],
    }
    write_results(summary, results=results, metrics=metrics, headline=_HEADLINE)
    drawn = draw_ssl12(
        {
            "diagnosis": {name: summary[name] for name in OBJECTIVES},
            "rhythm": {name: summary[name]["rhythm"] for name in OBJECTIVES},
        }
    )
    save_figure(drawn, figure)


def count_recordings(table: pd.DataFrame) -> SummaryData:
    """Numbers of recordings and patients by split, and of recordings left out."""
    used = table[table["readable"] == 1]
    return {
        "databases": ", ".join(dict.fromkeys(table["database"])),
        "left_out": len(table) - len(used),
        "recordings": _by_split(used["split"].value_counts().sort_index()),
        "patients": _by_split(used.groupby("split")["patient"].nunique()),
    }


def _by_split(counts: "pd.Series[int]") -> dict[str, int]:
    return {str(split): int(count) for split, count in counts.items()}
