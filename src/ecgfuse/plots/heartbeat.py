"""Figures of the networks for single beats: training curves, confusion matrices, ROC curves."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ecgfuse.datasets.single_beats import BINARY
from ecgfuse.plots.figures import COLOURS, INK, PALE, class_colours, styled

NAMES = {
    "cnn_lstm": "CNN-LSTM",
    "cnn_lstm_dropout": "CNN-LSTM,\ndropout",
    "ensemble": "ensemble",
    "transformer": "transformer",
    "transformer_published": "transformer\nas published",
    "cnn_lstm_five": "CNN-LSTM,\nfive classes",
    "cnn_lstm_dropout_second": "CNN-LSTM, dropout,\nsecond database",
}
"""Network -> its name in figures."""
_COLUMNS = 3


@styled
def draw_training(history: pd.DataFrame) -> Figure:
    """Draw a panel per network: losses of every seed, and a dot at the epoch that is kept.

    Args:
        history: columns network, seed, epoch, train_loss, valid_loss.
    """
    networks = [name for name in NAMES if name in set(history["network"])]
    n_rows = -(-len(networks) // _COLUMNS)
    figure = Figure(figsize=(9.2, 2.6 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, _COLUMNS, squeeze=False).ravel()
    for axes, name in zip(panels, networks, strict=False):
        runs = history[history["network"] == name].groupby("seed")
        for number, (_, run) in enumerate(runs):
            labels = ("training", "validation", "kept") if number == 0 else (None, None, None)
            best = run.sort_values("valid_loss", kind="stable").iloc[0]
            axes.plot(run["epoch"], run["train_loss"], color=PALE, lw=1, label=labels[0])
            axes.plot(run["epoch"], run["valid_loss"], color=COLOURS["S"], lw=1.2, label=labels[1])
            axes.plot(
                best["epoch"], best["valid_loss"], "o", color=COLOURS["V"], ms=4, label=labels[2]
            )
        axes.set_title(NAMES[name])
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(axis="y", color="#e6e6e6", lw=0.8)
    for axes in panels[len(networks) :]:
        axes.set_axis_off()
    panels[0].set_ylabel("cross-entropy")
    panels[0].legend()
    for axes in panels[max(0, len(networks) - _COLUMNS) : len(networks)]:
        axes.set_xlabel("epoch")
    return figure


@styled
def draw_confusions(matrices: Mapping[str, Mapping[str, np.ndarray]]) -> Figure:
    """Draw the confusion matrices of all networks: a row per split, a column per network.

    Cells have the share of the true class, and the mean number of beats over the seeds.

    Args:
        matrices: title of the row -> network -> (2, 2) beats, true class x predicted class.
    """
    networks = list(next(iter(matrices.values())))
    figure = Figure(figsize=(2.05 * len(networks), 2.4 * len(matrices)), layout="constrained")
    panels = figure.subplots(len(matrices), len(networks), squeeze=False)
    for row, (title, by_network) in zip(panels, matrices.items(), strict=True):
        for axes, name in zip(row, networks, strict=True):
            counts = by_network[name]
            share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
            axes.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0)
            for (true, called), value in np.ndenumerate(share):
                colour = "white" if value > 0.55 else INK
                axes.text(
                    called, true - 0.08, f"{value:.1%}", ha="center", va="center", color=colour
                )
                axes.text(
                    called,
                    true + 0.2,
                    f"{counts[true, called]:,.0f}",
                    ha="center",
                    va="center",
                    fontsize=7,
                    color=colour,
                )
            axes.set_xticks(range(2), BINARY, fontsize=8)
            axes.set_yticks(range(2), BINARY if axes is row[0] else ("", ""), fontsize=8)
            axes.tick_params(length=0)
            axes.spines[:].set_visible(False)
        row[0].set_ylabel(f"{title}\ntrue class")
    for axes, name in zip(panels[0], networks, strict=True):
        axes.set_title(NAMES[name], fontsize=9)
    for axes in panels[-1]:
        axes.set_xlabel("predicted", fontsize=9)
    return figure


@styled
def draw_roc(
    curves: Mapping[str, pd.DataFrame], *, areas: Mapping[str, Mapping[str, float]]
) -> Figure:
    """Draw the ROC curves of all networks, a panel per split; dotted: chance.

    Args:
        curves: title of the panel -> columns fpr, and the sensitivity of each network.
        areas: title -> network -> area under the curve.
    """
    figure = Figure(figsize=(9.6, 3.9), layout="constrained")
    for axes, (title, table) in zip(figure.subplots(1, len(curves)), curves.items(), strict=True):
        networks = [name for name in table.columns if name != "fpr"]
        for name, colour in class_colours(networks).items():
            label = f"{NAMES[name].replace(chr(10), ' ')}  {areas[title][name]:.3f}"
            axes.plot(table["fpr"], table[name], color=colour, label=label)
        axes.plot([0, 1], [0, 1], color=PALE, ls=":", lw=1)
        axes.set(
            title=title,
            xlabel="false positive rate",
            ylabel="sensitivity for abnormal",
            xlim=(-0.01, 1.01),
            ylim=(-0.01, 1.03),
        )
        axes.legend(title="area under the curve", loc="lower right")
    return figure
