"""Figures of a fusion at work: its gate, its attention, correct and wrong examples."""

from collections.abc import Sequence
from math import ceil

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from ecgfuse.plots.around_r import density_at, times_around_r, values_at
from ecgfuse.plots.figures import INK, PALE, class_colours, styled

_TIME = "time around the R peak (ms)"
_PER_10_MS = 1000.0
"""Percent per 10 ms of a density of 1 per ms."""


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
    spans_ms: np.ndarray,
    classes: Sequence[str],
) -> Figure:
    """Draw for each class the mean beat, and the attention of the fusion along it, around R.

    At each time only beats whose segment holds it are drawn, and they must be at least half of the
    class. The dashed line is equal attention to all parts of the segment: lower where segments are
    longer.

    Args:
        beats: (n_beats, length), ECG scaled beat by beat.
        attention: (n_beats, n_heads, n_tokens), sums to 1 over the tokens; drawn as the mean over
            the heads.
        labels: (n_beats,) int, indices into `classes`; at least one beat.
        spans_ms: (n_beats, 2), begin and end of each segment, relative to R.
    """
    shares, even = attention.mean(axis=1), np.ones((len(labels), 1))
    times = times_around_r(spans_ms, labels=labels)
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
            spans = spans_ms[mine]
            ecg = values_at(times, curves=beats[mine], spans_ms=spans)
            density = density_at(times, shares=shares[mine], spans_ms=spans)
            _draw_bands(above, ecg, times=times, colour=colours[name])
            _draw_bands(below, _PER_10_MS * density, times=times, colour=colours[name], fill=True)
            level = _PER_10_MS * density_at(times, shares=even[mine], spans_ms=spans)
            shown = _shown(level)
            below.plot(times[shown], np.nanmean(level[:, shown], axis=0), color=INK, ls="--", lw=1)
        for axes in (above, below):
            axes.axvline(0, color=PALE, lw=1, zorder=0)
        below.set_xlim(times[0], times[-1])
        if column == 0:
            above.set_ylabel("ECG (scaled)")
            below.set_ylabel("attention\n(% per 10 ms)")
    if first[1] is not None:  # shared by all
        first[1].set_ylim(bottom=0)
    figure.supxlabel(_TIME, fontsize=10)
    figure.align_ylabels()
    return figure


def _shown(curves: np.ndarray) -> np.ndarray:
    """The times at which at least half of the curves (n, n_times) have data, (n_times,) bool."""
    shown: np.ndarray = np.isfinite(curves).mean(axis=0) >= 0.5
    return shown


def _draw_bands(
    axes: Axes, curves: np.ndarray, *, times: np.ndarray, colour: str, fill: bool = False
) -> None:
    """Draw the mean of curves (n, n_times), NaN where one has no data, and their 10 to 90 % band.

    Args:
        times: (n_times,), in ms.
        fill: fill the area between the mean and 0.
    """
    shown = _shown(curves)
    x, drawn = times[shown], curves[:, shown]
    low, high = np.nanquantile(drawn, (0.1, 0.9), axis=0)
    mean = np.nanmean(drawn, axis=0)
    if fill:
        axes.fill_between(x, 0.0, mean, color=colour, alpha=0.35, lw=0)
    axes.fill_between(x, low, high, color=colour, alpha=0.18, lw=0)
    axes.plot(x, mean, color=colour)


@styled
def draw_examples(
    ecg: np.ndarray,
    labels: np.ndarray,
    predicted: np.ndarray,
    probabilities: np.ndarray,
    *,
    spans_ms: np.ndarray,
    classes: Sequence[str],
    records: np.ndarray,
    n_each: int = 3,
) -> Figure:
    """Draw beats of each class, correct ones on the left and wrong ones on the right.

    They are evenly spaced in the order of the beats, so that none is hand-picked. All have the
    same time axis.

    Args:
        ecg: (n_beats, length), ECG scaled beat by beat.
        labels: (n_beats,) int, indices into `classes`.
        predicted: the same of the predictions.
        probabilities: (n_beats, n_classes); titles show that of the predicted class.
        spans_ms: (n_beats, 2), begin and end of each segment, relative to R.
        records: (n_beats,), the name of each beat's record.
        n_each: correct ones per class, and as many wrong ones.
    """
    colours = class_colours(classes)
    figure = Figure(figsize=(1.75 * 2 * n_each, 1.7 * len(classes)), layout="constrained")
    panels = figure.subplots(len(classes), 2 * n_each, sharex=True, sharey="row", squeeze=False)
    for index, name in enumerate(classes):
        right = evenly_spaced((labels == index) & (predicted == index), n=n_each)
        wrong = evenly_spaced((labels == index) & (predicted != index), n=n_each)
        for axes, beat in zip(panels[index], right + wrong, strict=True):
            axes.set(yticks=[])
            axes.xaxis.set_major_locator(MultipleLocator(500))
            axes.spines["left"].set_visible(False)
            if beat is None:
                axes.text(0.5, 0.5, "none", ha="center", color=PALE, transform=axes.transAxes)
                continue
            called = predicted[beat]
            title = f"{records[beat]}:  {name} \N{RIGHTWARDS ARROW} {classes[called]}"
            title += f"\np = {probabilities[beat, called]:.2f}"
            weight = "normal" if called == index else "bold"
            axes.axvline(0, color=PALE, lw=1, zorder=0)
            axes.plot(
                _sample_times(spans_ms[beat], length=ecg.shape[1]),
                ecg[beat],
                color=colours[name],
                lw=1.3,
            )
            axes.set_title(title, loc="center", fontsize=9, fontweight=weight)
        for axes in panels[index, n_each:]:
            axes.set_facecolor("#f6f1ea")
    for axes, side in ((panels[0, 0], "Right"), (panels[0, n_each], "Wrong")):
        place = {"xycoords": "axes fraction", "textcoords": "offset points"}
        axes.annotate(side, (0, 1), xytext=(0, 34), fontsize=12, fontweight="bold", **place)
    figure.supxlabel(_TIME, fontsize=10)
    return figure


def _sample_times(span_ms: np.ndarray, *, length: int) -> np.ndarray:
    """The middle of each of `length` equal parts of a segment, in ms."""
    begin, end = span_ms
    times: np.ndarray = begin + (end - begin) * (np.arange(length) + 0.5) / length
    return times


def evenly_spaced(chosen: np.ndarray, *, n: int) -> list[int | None]:
    """Indices of `n` True values in `chosen` (n_beats,), evenly spread, padded with None."""
    places = np.flatnonzero(chosen)
    if len(places) <= n:
        return [int(place) for place in places] + [None] * (n - len(places))
    # The middle of each of n equal parts.
    steps = ((np.arange(n) + 0.5) * len(places) / n).astype(np.int64)
    return [int(places[step]) for step in steps]
