"""The figure of a learning curve."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecgfuse.plots.figures import INK, PALE, class_colours, styled


@styled
def draw_learning_curve(curve: pd.DataFrame, *, classes: Sequence[str]) -> Figure:
    """Draw macro scores, and F1 of the classes on the test patients, with bars of one sd.

    Args:
        curve: one row per number of training patients, the index; columns SPLIT_SCORE and
            SPLIT_SCORE_sd for the splits test and valid.
    """
    figure = Figure(figsize=(9.2, 3.6), layout="constrained")
    axes = figure.subplots(1, 3, sharey=True)
    macro = {"test": ("test patients", INK), "valid": ("validation patients", PALE)}
    for panel, score, title in zip(
        axes, ("macro_f1", "macro_auprc"), ("Macro F1", "Macro AUPRC"), strict=False
    ):
        for split, (label, colour) in macro.items():
            _draw_bars(panel, curve, f"{split}_{score}", colour=colour, label=label)
        panel.set_title(title)
    for name, colour in class_colours(classes).items():
        _draw_bars(axes[2], curve, f"test_f1_{name}", colour=colour, label=name)
    axes[2].set_title("F1 by class, test patients")
    for panel in axes:
        panel.set(xlabel="training patients", xticks=list(curve.index), ylim=(0, 1))
        panel.yaxis.set_major_formatter(PercentFormatter(1.0))
        panel.grid(axis="y", color="#e6e6e6", lw=0.8)
    axes[0].legend(loc="lower right")
    axes[2].legend(loc="lower right", ncols=2)
    return figure


def _draw_bars(panel: Axes, curve: pd.DataFrame, name: str, *, colour: str, label: str) -> None:
    panel.errorbar(
        curve.index,
        curve[name],
        yerr=curve[f"{name}_sd"],
        color=colour,
        label=label,
        marker="o",
        markersize=4,
        capsize=3,
    )
