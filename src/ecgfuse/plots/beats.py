"""Figures of a fusion at work: its gate, its attention, correct and wrong examples."""

from collections.abc import Sequence
from math import ceil

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ecgfuse.plots.figures import INK, PALE, class_colours, styled


@styled
def draw_gate(gate_by_seed: np.ndarray, *, alpha_init: float) -> Figure:
    """Draw the learned gate of every channel, sorted, one line per seed.

    Args:
        gate_by_seed: (n_seeds, emb_dim), sigmoid(alpha), in (0, 1).
        alpha_init: initial value of alpha.
    """
    start = 1.0 / (1.0 + np.exp(-alpha_init))
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.subplots()
    ranks = np.arange(1, gate_by_seed.shape[1] + 1)
    shades = matplotlib.colormaps["viridis"](np.linspace(0.1, 0.75, len(gate_by_seed)))
    for seed, (gate, shade) in enumerate(zip(gate_by_seed, shades, strict=True), start=1):
        label = f"seed {seed}: mean {gate.mean():.3f}"
        axes.plot(ranks, np.sort(gate)[::-1], color=shade, label=label)
    axes.axhline(start, color=INK, ls="--", lw=1, label=f"start: {start:.3f}")
    top = max(start, float(gate_by_seed.max()))
    axes.set(xlabel="channel, sorted by its gate", ylabel="gate, sigmoid(alpha)")
    axes.set(xlim=(1, max(2, len(ranks))), ylim=(0, min(1.0, 1.15 * top)))
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


@styled
def draw_attention(
    beats: np.ndarray,
    attention: np.ndarray,
    labels: np.ndarray,
    *,
    classes: Sequence[str],
    x_label: str = "fraction of the segment",
) -> Figure:
    """Draw for each class the mean beat, and the attention of the fusion along it.

    Args:
        beats: (n_beats, length), ECG scaled beat by beat.
        attention: (n_beats, n_heads, n_tokens), sums to 1 over the tokens; drawn as the mean over
            the heads.
        labels: (n_beats,) int, indices into `classes`.
        x_label: what the segments span; not seconds, since they differ in duration.
    """
    weights = attention.mean(axis=1) * attention.shape[2]  # 1 where attention is uniform
    colours, n_rows = class_colours(classes), ceil(len(classes) / 2)
    figure = Figure(figsize=(9.2, 3.2 * n_rows), layout="constrained")
    heights = (3, 1.7, 0.15) * n_rows  # beats, attention, gap
    grid = figure.add_gridspec(3 * n_rows - 1, 2, height_ratios=heights[:-1])
    first: tuple[Axes | None, Axes | None] = (None, None)
    for index, name in enumerate(classes):
        row, column = divmod(index, 2)
        above = figure.add_subplot(grid[3 * row, column], sharey=first[0])
        below = figure.add_subplot(grid[3 * row + 1, column], sharex=above, sharey=first[1])
        first = (first[0] or above, first[1] or below)
        mine = labels == index
        above.set_title(f"{name}   {mine.sum():,} beats", color=colours[name])
        above.tick_params(labelbottom=False)
        if mine.any():
            _draw_bands(above, beats[mine], colour=colours[name])
            _draw_bands(below, weights[mine], colour=colours[name], fill_to=0.0)
        below.axhline(1.0, color=INK, ls="--", lw=1)
        below.set_xlim(0, 1)
        if column == 0:
            above.set_ylabel("ECG (scaled)")
            below.set_ylabel("attention\n(uniform = 1)")
    if first[1] is not None:  # shared by all
        first[1].set_ylim(0, max(1.5, first[1].get_ylim()[1]))
    figure.supxlabel(x_label, fontsize=10)
    figure.align_ylabels()
    return figure


def _draw_bands(
    axes: Axes, curves: np.ndarray, *, colour: str, fill_to: float | None = None
) -> None:
    """Draw the mean of curves (n, length) over the segment, and their 10 to 90 % band."""
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


@styled
def draw_examples(
    ecg: np.ndarray,
    labels: np.ndarray,
    predicted: np.ndarray,
    probabilities: np.ndarray,
    *,
    classes: Sequence[str],
    records: np.ndarray,
    n_each: int = 3,
) -> Figure:
    """Draw beats of each class, correct ones on the left and wrong ones on the right.

    They are evenly spaced in the order of the beats, so that none is hand-picked.

    Args:
        ecg: (n_beats, length), ECG scaled beat by beat.
        labels: (n_beats,) int, indices into `classes`.
        predicted: the same of the predictions.
        probabilities: (n_beats, n_classes); titles show that of the predicted class.
        records: (n_beats,), the name of each beat's record.
        n_each: correct ones per class, and as many wrong ones.
    """
    colours = class_colours(classes)
    figure = Figure(figsize=(1.75 * 2 * n_each, 1.7 * len(classes)), layout="constrained")
    panels = figure.subplots(len(classes), 2 * n_each, sharey="row", squeeze=False)
    for index, name in enumerate(classes):
        right = evenly_spaced((labels == index) & (predicted == index), n=n_each)
        wrong = evenly_spaced((labels == index) & (predicted != index), n=n_each)
        for axes, beat in zip(panels[index], right + wrong, strict=True):
            axes.set(xticks=[], yticks=[])
            axes.spines[:].set_visible(False)
            if beat is None:
                axes.text(0.5, 0.5, "none", ha="center", color=PALE, transform=axes.transAxes)
                continue
            called = predicted[beat]
            title = f"{records[beat]}:  {name} \N{RIGHTWARDS ARROW} {classes[called]}"
            title += f"\np = {probabilities[beat, called]:.2f}"
            weight = "normal" if called == index else "bold"
            axes.plot(ecg[beat], color=colours[name], lw=1.3)
            axes.set_title(title, loc="center", fontsize=9, fontweight=weight)
        for axes in panels[index, n_each:]:
            axes.set_facecolor("#f6f1ea")
    for axes, side in ((panels[0, 0], "Right"), (panels[0, n_each], "Wrong")):
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        axes.annotate(side, (0, 1), xytext=(0, 34), fontsize=12, fontweight="bold", **place)
    return figure


def evenly_spaced(chosen: np.ndarray, *, n: int) -> list[int | None]:
    """Indices of `n` True values in `chosen` (n_beats,), evenly spread, padded with None."""
    places = np.flatnonzero(chosen)
    if len(places) <= n:
        return [int(place) for place in places] + [None] * (n - len(places))
    # The middle of each of n equal parts.
    steps = ((np.arange(n) + 0.5) * len(places) / n).astype(np.int64)
    return [int(places[step]) for step in steps]
