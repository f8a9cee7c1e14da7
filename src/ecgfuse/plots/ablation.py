"""The figure of an ablation: the difference of each row to the default."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure

from ecgfuse.plots.figures import COLOURS, PALE, styled

_SHOWN = {
    "macro_auprc": ("macro AUPRC", COLOURS["S"], "o", -0.14),
    "macro_f1": ("macro F1", COLOURS["V"], "s", 0.14),
}
"""Score -> label, colour, marker, and offset within its row."""


@styled
def draw_ablation(
    names: Sequence[str], *, scores: Mapping[str, Mapping[str, Any]], default: str
) -> Figure:
    """Draw the difference of each finished row to the default, in macro AUPRC and macro F1.

    With several seeds, bars are one standard deviation over them.

    Args:
        names: of the rows, from top to bottom.
        scores: name of a finished row -> scores, and standard deviations under "sd"; those of the
            default must be among them.
        default: name of the row that the others are compared with.
    """
    reference = scores[default]
    rows = [name for name in names if name in scores and name != default]
    figure = Figure(figsize=(7.6, 1.5 + 0.3 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0, color=PALE, lw=1.2)
    for score, (label, colour, marker, offset) in _SHOWN.items():
        axes.errorbar(
            [scores[row][score] - reference[score] for row in rows],
            [number + offset for number in range(len(rows))],
            xerr=[scores[row].get("sd", {}).get(score, 0.0) for row in rows],
            fmt=marker,
            color=colour,
            markersize=5,
            lw=1,
            label=f"{label}, default {reference[score]:.3f}",
        )
    axes.set_yticks(range(len(rows)), rows)
    axes.set(
        ylim=(len(rows) - 0.5, -0.5),
        xlabel="difference to the default, on patients held out within DS1",
    )
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color="#eeeeee", lw=0.8)
    axes.set_axisbelow(True)
    figure.legend(loc="outside upper left", ncols=len(_SHOWN))
    return figure
