"""Pictures of a result. Each function takes arrays and returns a Figure; none keeps global state.

Figures are made without pyplot, so they need no display, and saved without dates, so that equal
results are equal files.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator, PercentFormatter
from sklearn.metrics import confusion_matrix

from ecgfuse.evaluate.curves import precision_recall_table, roc_table
from ecgfuse.evaluate.metrics import score
from ecgfuse.files import atomic_file
from ecgfuse.records.annotations import CLASSES

COLOURS = {"N": "#6b6b6b", "S": "#0072b2", "V": "#d55e00", "F": "#a2558f"}
"""One colour per class; told apart with any form of colour blindness (after Okabe and Ito)."""

_INK = "#222222"
_PALE = "#b5b5b5"
_STYLE: Any = {  # its type differs between releases of matplotlib
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",  # comes with matplotlib, so it is the same everywhere
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#777777",
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.6,
}

P = ParamSpec("P")


def _styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw with the style of this module, whatever the user's matplotlibrc says."""

    @wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return wrapper


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, byte for byte the same each time."""
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110, metadata={"Software": None})


@_styled
def draw_confusion(labels: np.ndarray, predicted: np.ndarray) -> Figure:
    """Confusion matrix: share of the true class in each cell, and the number of beats.

    Args:
        labels, predicted: (n_beats,) int, indices into CLASSES.
    """
    counts = confusion_matrix(labels, predicted, labels=range(len(CLASSES)))
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = Figure(figsize=(4.6, 4.3), layout="constrained")
    axes = figure.subplots()
    axes.imshow(share, cmap="Blues", vmin=0.0, vmax=1.0)
    for (row, column), value in np.ndenumerate(share):
        count = f"{counts[row, column]:,}"
        colour = "white" if value > 0.55 else _INK
        text: dict[str, Any] = {"ha": "center", "va": "center", "color": colour}
        weight = "bold" if row == column else "normal"
        axes.text(column, row - 0.1, f"{value:.1%}", fontsize=11, fontweight=weight, **text)
        axes.text(column, row + 0.2, count, fontsize=8, **text)
    axes.set_xticks(range(len(CLASSES)), CLASSES)
    axes.set_yticks(
        range(len(CLASSES)),
        [f"{n}\n{c:,}" for n, c in zip(CLASSES, counts.sum(axis=1), strict=True)],
    )
    axes.set(xlabel="predicted", ylabel="true class, with its beats")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


@_styled
def draw_curves(labels: np.ndarray, probabilities: np.ndarray, *, n_points: int = 501) -> Figure:
    """Precision-recall and ROC curves of each class against the rest, with chance as dots.

    Args:
        labels: (n_beats,) int, indices into CLASSES; every class must occur.
        probabilities: (n_beats, n_classes).
        n_points: points of each curve.
    """
    scores = score(labels, probabilities)
    figure = Figure(figsize=(9.6, 3.7), layout=ConstrainedLayoutEngine(w_pad=0.12))
    left, right = figure.subplots(1, 2)
    precision = precision_recall_table(labels, probabilities, n_points=n_points)
    sensitivity = roc_table(labels, probabilities, n_points=n_points)
    for name in CLASSES:
        colour, scored = COLOURS[name], scores[name]
        area = f"{name}   {scored['auprc']:.1%}"
        left.step(precision["recall"], precision[name], color=colour, label=area)
        left.axhline(scored["support"] / len(labels), color=colour, ls=":", lw=1)
        area = f"{name}   {scored['auroc']:.1%}"
        right.plot(sensitivity["fpr"], sensitivity[name], color=colour, label=area)
    right.plot([0, 1], [0, 1], color=_PALE, ls=":", lw=1)
    left.set(title="Precision-recall", xlabel="sensitivity (recall)", ylabel="ppv (precision)")
    right.set(title="ROC", xlabel="false positive rate", ylabel="sensitivity")
    for axes, title in ((left, "AUPRC"), (right, "AUROC")):
        axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.03))
        axes.legend(title=title, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@_styled
def draw_history(history: pd.DataFrame) -> Figure:
    """Training curves, means over the seeds.

    Args:
        history: columns epoch, train_loss, valid_loss, valid_macro_auprc, valid_macro_f1.
    """
    figure = Figure(figsize=(9.2, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    panels = {
        "train_loss": (left, "training", _PALE, "s"),
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


@_styled
def draw_gate(gate_by_seed: np.ndarray, *, alpha_init: float) -> Figure:
    """The learned gate of every channel, sorted, one line per seed.

    Args:
        gate_by_seed: (n_seeds, emb_dim), sigmoid(alpha), in (0, 1).
        alpha_init: where alpha started.
    """
    start = 1.0 / (1.0 + np.exp(-alpha_init))
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.subplots()
    ranks = np.arange(1, gate_by_seed.shape[1] + 1)
    shades = matplotlib.colormaps["viridis"](np.linspace(0.1, 0.75, len(gate_by_seed)))
    for seed, (gate, shade) in enumerate(zip(gate_by_seed, shades, strict=True), start=1):
        label = f"seed {seed}: mean {gate.mean():.3f}"
        axes.plot(ranks, np.sort(gate)[::-1], color=shade, label=label)
    axes.axhline(start, color=_INK, ls="--", lw=1, label=f"start: {start:.3f}")
    top = max(start, float(gate_by_seed.max()))
    axes.set(xlabel="channel, sorted by its gate", ylabel="gate, sigmoid(alpha)")
    axes.set(xlim=(1, max(2, len(ranks))), ylim=(0, min(1.0, 1.15 * top)))
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@_styled
def draw_attention(
    beats: np.ndarray,
    attention: np.ndarray,
    labels: np.ndarray,
    *,
    x_label: str = "fraction of the segment",
) -> Figure:
    """For each class: the mean beat, and where in it the fusion looks.

    Args:
        beats: (n_beats, length), ECG scaled beat by beat.
        attention: (n_beats, n_heads, n_tokens), sums to 1 over the tokens; heads are averaged.
        labels: (n_beats,) int, indices into CLASSES.
        x_label: what the segments span; they differ in duration, so it is no time in seconds.
    """
    weights = attention.mean(axis=1) * attention.shape[2]  # 1 where attention is uniform
    figure = Figure(figsize=(9.2, 6.4), layout="constrained")
    grid = figure.add_gridspec(5, 2, height_ratios=(3, 1.7, 0.15, 3, 1.7))
    first: tuple[Axes | None, Axes | None] = (None, None)
    for index, name in enumerate(CLASSES):
        row, column = divmod(index, 2)
        above = figure.add_subplot(grid[3 * row, column], sharey=first[0])
        below = figure.add_subplot(grid[3 * row + 1, column], sharex=above, sharey=first[1])
        first = (first[0] or above, first[1] or below)
        mine = labels == index
        above.set_title(f"{name}   {mine.sum():,} beats", color=COLOURS[name])
        above.tick_params(labelbottom=False)
        if mine.any():
            _draw_bands(above, beats[mine], colour=COLOURS[name])
            _draw_bands(below, weights[mine], colour=COLOURS[name], fill_to=0.0)
        below.axhline(1.0, color=_INK, ls="--", lw=1)
        below.set_xlim(0, 1)
        if column == 0:
            above.set_ylabel("ECG (scaled)")
            below.set_ylabel("attention\n(uniform = 1)")
    if first[1] is not None:  # shared by all four
        first[1].set_ylim(0, max(1.5, first[1].get_ylim()[1]))
    figure.supxlabel(x_label, fontsize=10)
    figure.align_ylabels()
    return figure


def _draw_bands(
    axes: Axes, curves: np.ndarray, *, colour: str, fill_to: float | None = None
) -> None:
    """Mean of curves (n, length) over the fraction of the segment, in their 10 to 90 % band."""
    low, high = np.quantile(curves, (0.1, 0.9), axis=0)
    edges = np.linspace(0.0, 1.0, curves.shape[1] + 1)
    x = (edges[:-1] + edges[1:]) / 2
    mean = curves.mean(axis=0)
    if len(x) == 1:  # one token stands for the whole segment
        x, low, high, mean = edges, low.repeat(2), high.repeat(2), mean.repeat(2)
    if fill_to is not None:
        axes.fill_between(x, fill_to, mean, color=colour, alpha=0.35, lw=0)
    axes.fill_between(x, low, high, color=colour, alpha=0.18, lw=0)
    axes.plot(x, mean, color=colour)


@_styled
def draw_examples(
    ecg: np.ndarray,
    labels: np.ndarray,
    predicted: np.ndarray,
    probabilities: np.ndarray,
    *,
    records: np.ndarray,
    n_each: int = 3,
) -> Figure:
    """Beats of each class, right ones on the left and wrong ones on the right.

    They are evenly spaced in the order of the beats, so none is picked for its looks.

    Args:
        ecg: (n_beats, length), ECG scaled beat by beat.
        labels, predicted: (n_beats,) int, indices into CLASSES.
        probabilities: (n_beats, n_classes); titles give that of the predicted class.
        records: (n_beats,), the name of each beat's record.
        n_each: right ones per class, and as many wrong ones.
    """
    figure = Figure(figsize=(1.75 * 2 * n_each, 6.8), layout="constrained")
    panels = figure.subplots(len(CLASSES), 2 * n_each, sharey="row", squeeze=False)
    for index, name in enumerate(CLASSES):
        right = evenly_spaced((labels == index) & (predicted == index), n=n_each)
        wrong = evenly_spaced((labels == index) & (predicted != index), n=n_each)
        for axes, beat in zip(panels[index], right + wrong, strict=True):
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
            if beat is None:
                axes.text(0.5, 0.5, "none", ha="center", color=_PALE, transform=axes.transAxes)
                continue
            called = predicted[beat]
            title = f"{records[beat]}:  {name} \N{RIGHTWARDS ARROW} {CLASSES[called]}"
            title += f"\np = {probabilities[beat, called]:.2f}"
            weight = "normal" if called == index else "bold"
            axes.plot(ecg[beat], color=COLOURS[name], lw=1.3)
            axes.set_title(title, loc="center", fontsize=9, fontweight=weight)
        for axes in panels[index, n_each:]:
            axes.set_facecolor("#f6f1ea")
    for axes, side in ((panels[0, 0], "Right"), (panels[0, n_each], "Wrong")):
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        axes.annotate(side, (0, 1), xytext=(0, 34), fontsize=12, fontweight="bold", **place)
    return figure


def evenly_spaced(chosen: np.ndarray, *, n: int) -> list[int | None]:
    """Places of `n` True in `chosen` (n_beats,), spread over all of them, filled up with None."""
    places = np.flatnonzero(chosen)
    if len(places) <= n:
        return [int(place) for place in places] + [None] * (n - len(places))
    # The middle of each of n equal stretches.
    steps = ((np.arange(n) + 0.5) * len(places) / n).astype(np.int64)
    return [int(places[step]) for step in steps]
