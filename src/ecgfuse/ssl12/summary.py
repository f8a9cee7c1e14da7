"""The summary stage: the scores of all objectives side by side."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecgfuse.evaluate.figures import COLOURS, INK, save_figure, styled
from ecgfuse.pretrain.config import OBJECTIVES
from ecgfuse.results import write_results

RECIPES = {"scratch": "#6b6b6b", "linear_probe": COLOURS["S"], "fine_tune": COLOURS["V"]}
"""Recipe -> its colour."""
SCORES = {"macro_auroc": "Macro AUROC", "ovo_auc": "One-vs-one AUC", "macro_f1": "Macro F1"}
_HEADLINE = tuple(f"*.{recipe}.macro_auroc" for recipe in RECIPES)


def summarise(
    fine_tuned: Path, *, windows: Path, picture: Path, results: Path, metrics: Path
) -> None:
    """Put the scores of all objectives side by side.

    Args:
        fine_tuned: JSON, as `classify` writes it.
        windows: windows.csv, as `prepare` writes it.
        picture: PNG of the scores of the diagnosis.
        results: JSON: objective -> recipe -> scores of the diagnosis, and "rhythm", the same of
            that.
        metrics: JSON of the headline.
    """
    found: dict[str, Any] = json.loads(fine_tuned.read_text())
    summary: dict[str, Any] = {
        "data": count_recordings(pd.read_csv(windows)),
        **{
            name: {**by_task["diagnosis"], "rhythm": by_task["rhythm"]}
            for name, by_task in found.items()
        },
    }
    write_results(summary, results=results, metrics=metrics, headline=_HEADLINE)
    save_figure(draw_summary(summary), picture)


def count_recordings(table: pd.DataFrame) -> dict[str, Any]:
    """How many recordings and patients each split has, and how many could not be read."""
    used = table[table["readable"] == 1]
    return {
        "databases": ", ".join(dict.fromkeys(table["database"])),
        "left_out": len(table) - len(used),
        "recordings": used["split"].value_counts().sort_index().to_dict(),
        "patients": used.groupby("split")["patient"].nunique().to_dict(),
    }


@styled
def draw_summary(summary: Mapping[str, Any]) -> Figure:
    """Scores of both tasks by objective and recipe, with bars of one sd over the seeds."""
    figure = Figure(figsize=(9.2, 5.6), layout="constrained")
    panels = figure.subplots(2, len(SCORES), sharex="col", sharey=True)
    for row, task in zip(panels, ("diagnosis", "rhythm"), strict=True):
        for panel, (score, title) in zip(row, SCORES.items(), strict=True):
            for place, name in enumerate(OBJECTIVES):
                of_task = summary[name] if task == "diagnosis" else summary[name]["rhythm"]
                for shift, (recipe, colour) in enumerate(RECIPES.items()):
                    if of_task[recipe][score] is None:  # no two classes to tell apart
                        continue
                    panel.errorbar(
                        of_task[recipe][score],
                        -place + 0.2 * (1 - shift),
                        xerr=of_task[recipe]["sd"][score],
                        color=colour,
                        marker="o",
                        capsize=3,
                        label=recipe.replace("_", " ") if place == 0 else None,
                    )
            panel.set_title(f"{title}, {task}")
            panel.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            panel.grid(axis="x", color="#e6e6e6", lw=0.8)
        row[0].set_yticks([0, -1, -2], list(OBJECTIVES), color=INK)
    panels[0, 0].legend(loc="best")
    return figure
