"""The picture of an ablation: how far each row is from the default."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from ecgfuse.ablation.experiments import Scores
from ecgfuse.ablation.grid import DEFAULT, Row
from ecgfuse.evaluate.figures import COLOURS, PALE, styled

_SHOWN = {
    "macro_auprc": ("macro AUPRC", COLOURS["S"], "o", -0.14),
    "macro_f1": ("macro F1", COLOURS["V"], "s", 0.14),
}
"""Score -> label, colour, marker, and where on its line."""


@styled
def draw_ablation(grid: Sequence[Row], *, scores: Mapping[str, Scores]) -> Figure:
    """Difference of each finished row to the default, in macro AUPRC and macro F1, as dots.

    Rows keep the order of the grid. With several seeds, bars are one standard deviation over them.

    Args:
        scores: row -> metrics of the stage folds; the default's must be among them.
    """
    default = scores[DEFAULT]
    rows = [row for row in grid if row.name in scores and row.name != DEFAULT]
    figure = Figure(figsize=(7.6, 1.5 + 0.3 * len(rows)), layout="constrained")
    axes = figure.subplots()
    axes.axvline(0, color=PALE, lw=1.2)
    for name, (label, colour, marker, offset) in _SHOWN.items():
        axes.errorbar(
            [scores[row.name][name] - default[name] for row in rows],
            [number + offset for number in range(len(rows))],
            xerr=[scores[row.name].get("sd", {}).get(name, 0.0) for row in rows],
            fmt=marker,
            color=colour,
            markersize=5,
            lw=1,
            label=f"{label}, default {default[name]:.3f}",
        )
    axes.set_yticks(range(len(rows)), [row.name for row in rows])
    axes.set(
        ylim=(len(rows) - 0.5, -0.5),
        xlabel="difference to the default, on patients held out within DS1",
    )
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", color="#eeeeee", lw=0.8)
    axes.set_axisbelow(True)
    figure.legend(loc="outside upper left", ncols=len(_SHOWN))
    return figure
