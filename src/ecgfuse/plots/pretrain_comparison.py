"""The figure of the comparison of pretraining objectives."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecgfuse.plots.figures import COLOURS, INK, styled

_COLOURS = {
    "scratch": "#6b6b6b",
    "mae_moco": COLOURS["S"],
    "mae_nextclip": COLOURS["V"],
    "w2v_cmsc_rlm": COLOURS["F"],
}


@styled
def draw_pretrain_comparison(table: pd.DataFrame, *, fusion: str) -> Figure:
    """Draw scores on the test patients with bars of one sd, and those of the probes.

    Args:
        table: one row per encoder and objective: encoder, start, macro_f1, macro_auprc, their
            macro_f1_sd and macro_auprc_sd, and probe_macro_auroc.
        fusion: name of the fusion, for titles.
    """
    figure = Figure(figsize=(9.2, 3.6), layout="constrained")
    axes = figure.subplots(1, 3, sharey=True)
    labels = [f"{row.encoder}, {row.start}" for row in table.itertuples()]
    places = list(range(len(table)))[::-1]
    panels = {
        "macro_f1": f"Macro F1, {fusion}",
        "macro_auprc": f"Macro AUPRC, {fusion}",
        "probe_macro_auroc": "Macro AUROC, linear probe",
    }
    for panel, (name, title) in zip(axes, panels.items(), strict=True):
        for place, (_, row) in zip(places, table.iterrows(), strict=True):
            panel.errorbar(
                row[name],
                place,
                xerr=row.get(f"{name}_sd"),
                color=_COLOURS[row["start"]],
                marker="o",
                capsize=3,
            )
        panel.set_title(title)
        panel.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        panel.grid(axis="x", color="#e6e6e6", lw=0.8)
    axes[0].set_yticks(places, labels, color=INK)
    return figure
