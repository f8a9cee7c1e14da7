"""The figure of the 12-lead study: scores of every objective and recipe."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecgfuse.plots.figures import COLOURS, INK, styled

_COLOURS = {"scratch": "#6b6b6b", "linear_probe": COLOURS["S"], "fine_tune": COLOURS["V"]}
"""Recipe -> its colour."""
_SCORES = {"macro_auroc": "Macro AUROC", "ovo_auc": "One-vs-one AUC", "macro_f1": "Macro F1"}


@styled
def draw_ssl12(by_task: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Figure:
    """Draw the scores of both tasks by objective and recipe, with bars of one sd over the seeds.

    Args:
        by_task: task -> objective -> recipe -> scores, None where undefined, and their standard
            deviations under "sd"; the same objectives for every task.
    """
    figure = Figure(figsize=(9.2, 2.8 * len(by_task)), layout="constrained")
    panels = figure.subplots(len(by_task), len(_SCORES), sharex="col", sharey=True, squeeze=False)
    for row, (task, by_objective) in zip(panels, by_task.items(), strict=True):
        for panel, (score, title) in zip(row, _SCORES.items(), strict=True):
            for place, by_recipe in enumerate(by_objective.values()):
                for shift, (recipe, colour) in enumerate(_COLOURS.items()):
                    if by_recipe[recipe][score] is None:
                        continue
                    panel.errorbar(
                        by_recipe[recipe][score],
                        -place + 0.2 * (1 - shift),
                        xerr=by_recipe[recipe]["sd"][score],
                        color=colour,
                        marker="o",
                        capsize=3,
                        label=recipe.replace("_", " ") if place == 0 else None,
                    )
            panel.set_title(f"{title}, {task}")
            panel.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
            panel.grid(axis="x", color="#e6e6e6", lw=0.8)
        row[0].set_yticks(
            [-place for place in range(len(by_objective))], list(by_objective), color=INK
        )
    panels[0, 0].legend(loc="best")
    return figure
