"""The figure of the scores of networks that were trained on some leads and tested on all."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecgfuse.plots.figures import COLOURS, styled

_STYLES = {
    "II": (COLOURS["N"], "o"),
    "I": (COLOURS["S"], "s"),
    "all": (COLOURS["V"], "^"),
}
"""Leads of the training -> colour and marker."""
_TITLES = {"f1": "F1 of abnormal", "roc_auc": "ROC AUC"}
_GROUPS = 3
"""The first of the leads that were tested: I, II, and the rest together."""


@styled
def draw_lead_scores(table: pd.DataFrame) -> Figure:
    """Draw a panel per score: a column per lead that was tested, a marker per leads of training.

    Args:
        table: columns trained_on (I, II, all), tested_on, score (f1, roc_auc), mean, and low and
            high, the ends of the 95 % interval.
    """
    tested = list(dict.fromkeys(table["tested_on"]))
    figure = Figure(figsize=(9.2, 5.6), layout="constrained")
    axes = figure.subplots(len(_TITLES), 1, sharex=True)
    for panel, (score, title) in zip(axes, _TITLES.items(), strict=True):
        for number, (trained_on, (colour, marker)) in enumerate(_STYLES.items()):
            chosen = (table["score"] == score) & (table["trained_on"] == trained_on)
            rows = table[chosen].set_index("tested_on").loc[tested]
            panel.errorbar(
                [place + 0.22 * (number - 1) for place in range(len(tested))],
                rows["mean"],
                yerr=[
                    (rows["mean"] - rows["low"]).clip(lower=0),
                    (rows["high"] - rows["mean"]).clip(lower=0),
                ],
                fmt=marker,
                color=colour,
                markersize=5,
                lw=1,
                label="all leads" if trained_on == "all" else f"lead {trained_on}",
            )
        panel.axvline(_GROUPS - 0.5, color="#e6e6e6", lw=1)
        panel.set_title(title)
        panel.yaxis.set_major_formatter(PercentFormatter(1.0))
        panel.grid(axis="y", color="#e6e6e6", lw=0.8)
    axes[-1].set_xticks(range(len(tested)), tested)
    axes[-1].set_xlabel("lead of the test beats")
    axes[0].legend(title="trained on", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
