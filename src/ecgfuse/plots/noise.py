"""The figure of the scores under noise."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecgfuse.plots.figures import styled

_STYLES = {
    "early": ("#009e73", "o"),
    "late": ("#cc6677", "s"),
    "hybrid": ("#332288", "^"),
}
"""Fusion -> colour and marker; distinguishable with any colour blindness (Okabe and Ito, Tol)."""


@styled
def draw_noise(
    curves: Mapping[str, pd.DataFrame],
    *,
    clean: Mapping[str, Mapping[str, float]],
    noises: Mapping[str, str],
    synthetic: Sequence[str],
) -> Figure:
    """Draw a row of panels per score and a column per noise; dotted lines are without noise.

    Args:
        curves: title of a score -> columns snr_db (signal-to-noise ratio in dB), and FUSION_NOISE
            for each fusion and noise.
        clean: title of a score -> fusion -> score without noise.
        noises: noise -> its name in words.
        synthetic: which inputs are synthetic, "data" or "noise" or both; stated above the panels.
    """
    figure = Figure(figsize=(1.2 + 4.2 * len(noises), 6.2), layout="constrained")
    if synthetic:
        figure.suptitle(f"SYNTHETIC {' AND '.join(synthetic).upper()}: no result on patients")
    panels = figure.subplots(len(curves), len(noises), sharex=True, sharey="row", squeeze=False)
    for row, (title, table) in zip(panels, curves.items(), strict=True):
        for axes, (noise, name) in zip(row, noises.items(), strict=True):
            _draw_panel(axes, table.sort_values("snr_db"), noise=noise, clean=clean[title])
            axes.set_title(f"{title}, {name}")
    for axes in panels[-1]:
        axes.set_xlabel("signal-to-noise ratio, dB")
    panels[0, 0].invert_xaxis()  # shared: noise grows to the right everywhere
    panels[0, -1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _draw_panel(axes: Axes, table: pd.DataFrame, *, noise: str, clean: Mapping[str, float]) -> None:
    ratios = table["snr_db"].tolist()
    for fusion, without_noise in clean.items():
        colour, marker = _STYLES[fusion]
        values = table[f"{fusion}_{noise}"].tolist()
        axes.plot(ratios, values, color=colour, marker=marker, markersize=5, label=fusion)
        axes.axhline(without_noise, color=colour, ls=":", lw=1)
    axes.set(xticks=ratios, ylim=(0, 1))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(axis="y", color="#e6e6e6", lw=0.8)
