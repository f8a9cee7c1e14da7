"""The figure of differences to a reference, with intervals."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ecgfuse.plots.figures import COLOURS, PALE, styled

_STYLES = ((COLOURS["S"], "o"), (COLOURS["V"], "s"), (COLOURS["F"], "^"))


@styled
def draw_differences(panels: Mapping[str, pd.DataFrame], *, reference: str) -> Figure:
    """Draw a panel per score: a row per arm, and a bar per network from low to high.

    Args:
        panels: title of a score -> columns network (three at most), arm, mean, low and high, the
            difference to the reference with its 95 % interval; all have the same arms.
        reference: what it is a difference to.
    """
    arms = list(dict.fromkeys(next(iter(panels.values()))["arm"]))
    figure = Figure(figsize=(1.8 + 3.4 * len(panels), 1.6 + 0.45 * len(arms)), layout="constrained")
    axes = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for panel, (title, table) in zip(axes, panels.items(), strict=True):
        panel.axvline(0, color=PALE, lw=1.2)
        networks = list(dict.fromkeys(table["network"]))
        for number, network in enumerate(networks):
            rows = table[table["network"] == network].set_index("arm").loc[arms]
            offset = 0.26 * (number - (len(networks) - 1) / 2)
            _draw_bars(panel, rows, offset=offset, network=network, style=_STYLES[number])
        panel.set(title=title, xlabel=f"difference to {reference}, 95 % interval")
        panel.tick_params(axis="y", length=0)
        panel.grid(axis="y", color="#eeeeee", lw=0.8)
        panel.set_axisbelow(True)
    axes[0].set_yticks(range(len(arms)), arms)
    axes[0].set_ylim(len(arms) - 0.5, -0.5)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return figure


def _draw_bars(
    panel: Axes, rows: pd.DataFrame, *, offset: float, network: str, style: tuple[str, str]
) -> None:
    colour, marker = style
    panel.errorbar(
        rows["mean"],
        [place + offset for place in range(len(rows))],
        xerr=[rows["mean"] - rows["low"], rows["high"] - rows["mean"]],
        fmt=marker,
        color=colour,
        markersize=5,
        lw=1,
        label=network,
    )
