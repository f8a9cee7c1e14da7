"""Figures of the scores of a fusion: confusion, curves, training, reliability."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator, PercentFormatter
from sklearn.metrics import confusion_matrix

from ecgfuse.plots.figures import COLOURS, INK, PALE, class_colours, styled


@styled
def draw_confusion(labels: np.ndarray, predicted: np.ndarray, *, classes: Sequence[str]) -> Figure:
    """Draw the confusion matrix: share of the true class in each cell, and the number of beats.

    Args:
        labels: (n_beats,) int, indices into `classes`.
        predicted: the same of the predictions.
    """
    counts = confusion_matrix(labels, predicted, labels=range(len(classes)))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(4.6, 4.3), layout="constrained")
    axes = figure.subplots()
    axes.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0)
    for (row, column), value in np.ndenumerate(share):
        count = f"{counts[row, column]:,}"
        colour = "white" if value > 0.55 else INK
        text: dict[str, Any] = {"ha": "center", "va": "center", "color": colour}
        weight = "bold" if row == column else "normal"
        axes.text(column, row - 0.1, f"{value:.1%}", fontsize=11, fontweight=weight, **text)
        axes.text(column, row + 0.2, count, fontsize=8, **text)
    axes.set_xticks(range(len(classes)), classes)
    axes.set_yticks(
        range(len(classes)),
        [f"{n}\n{c:,}" for n, c in zip(classes, counts.sum(axis=1), strict=True)],
    )
    axes.set(xlabel="predicted", ylabel="true class, with its beats")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


@styled
def draw_curves(
    precision_recall: pd.DataFrame,
    *,
    roc: pd.DataFrame,
    scores: Mapping[str, Any],
    classes: Sequence[str],
) -> Figure:
    """Draw precision-recall and ROC curves of each class against the rest, with dotted chance.

    Args:
        precision_recall: columns recall, and the precision of each class.
        roc: columns fpr, and the sensitivity of each class.
        scores: class -> "auprc", "auroc" and "support", the number of its beats.
    """
    n_beats = sum(scores[name]["support"] for name in classes)
    figure = Figure(figsize=(9.6, 3.7), layout=ConstrainedLayoutEngine(w_pad=0.12))
    left, right = figure.subplots(1, 2)
    for name, colour in class_colours(classes).items():
        scored = scores[name]
        area = f"{name}   {scored['auprc']:.1%}"
        left.step(precision_recall["recall"], precision_recall[name], color=colour, label=area)
        left.axhline(scored["support"] / n_beats, color=colour, ls=":", lw=1)
        area = f"{name}   {scored['auroc']:.1%}"
        right.plot(roc["fpr"], roc[name], color=colour, label=area)
    right.plot([0, 1], [0, 1], color=PALE, ls=":", lw=1)
    left.set(title="Precision-recall", xlabel="sensitivity (recall)", ylabel="ppv (precision)")
    right.set(title="ROC", xlabel="false positive rate", ylabel="sensitivity")
    for axes, title in ((left, "AUPRC"), (right, "AUROC")):
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.03))
        axes.legend(title=title, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@styled
def draw_history(history: pd.DataFrame) -> Figure:
    """Draw the training curves, means over the seeds.

    Args:
        history: columns epoch, train_loss, valid_loss, valid_macro_auprc, valid_macro_f1.
    """
    figure = Figure(figsize=(9.2, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    panels = {
        "train_loss": (left, "training", PALE, "s"),
        "valid_loss": (left, "validation", COLOURS["S"], "o"),
        "valid_macro_auprc": (right, "macro AUPRC", COLOURS["S"], "o"),
        "valid_macro_f1": (right, "macro F1", COLOURS["V"], "s"),
    }
    for column, (axes, label, colour, marker) in panels.items():
        epochs, values = history["epoch"], history[column]
        axes.plot(epochs, values, color=colour, marker=marker, markersize=4, label=label)
    left.set(title="Loss", xlabel="epoch")
    right.set(title="Validation scores", xlabel="epoch", ylim=(0, 1))
    right.yaxis.set_major_formatter(PercentFormatter(1.0))
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color="#e6e6e6", lw=0.8)
        axes.legend()
    return figure


@styled
def draw_reliability(table: pd.DataFrame, *, classes: Sequence[str]) -> Figure:
    """Draw observed frequency against probability, with the diagonal of perfect calibration.

    The area of a dot grows with the log of its beats.

    Args:
        table: columns of ("predicted" or a class), beats, confidence, frequency; one row per bin.
    """
    figure = Figure(figsize=(9.2, 4.2), layout=ConstrainedLayoutEngine(w_pad=0.12))
    left, right = figure.subplots(1, 2, sharey=True)
    panels = {"predicted": (left, INK)}
    panels |= {name: (right, colour) for name, colour in class_colours(classes).items()}
    for of, bins in table.groupby("of", sort=False):
        axes, colour = panels[str(of)]
        x, y, sizes = bins["confidence"], bins["frequency"], 10 * np.log10(1 + bins["beats"])
        axes.plot(x, y, color=colour, lw=1.2, label=str(of))
        axes.scatter(x, y, s=sizes, color=colour)
    for axes in (left, right):
        axes.plot([0, 1], [0, 1], color=PALE, ls=":", lw=1)
        axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), xlabel="mean probability")
    left.set(title="The predicted class", ylabel="share of beats where it is so")
    right.set(title="Each class against the rest")
    right.legend(loc="upper left")
    return figure
