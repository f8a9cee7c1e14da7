"""Figures of the detection of unfamiliar inputs."""

from collections.abc import Collection, Mapping

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecgfuse.plots.figures import COLOURS, INK, PALE, styled
from ecgfuse.plots.heartbeat import NAMES

_FS = 125.0
_COLUMNS = 5
_NOISES = {
    "muscle_artefact": (COLOURS["S"], "o"),
    "electrode_motion": (COLOURS["V"], "s"),
}
"""Noisy kind -> colour and marker."""


@styled
def draw_auroc(table: Mapping[tuple[str, str], Mapping[str, float]]) -> Figure:
    """Draw the AUROC of every kind of input (rows) and score (columns) as shaded numbers.

    Args:
        table: (network, score) -> kind -> AUROC; scores that read no network have any network.
    """
    kinds = list(next(iter(table.values())))
    values = np.array([[of_kind[kind] for of_kind in table.values()] for kind in kinds])
    values = np.vstack([values, values.mean(axis=0)])
    figure = Figure(
        figsize=(2.2 + 0.62 * values.shape[1], 2.2 + 0.27 * len(values)), layout="constrained"
    )
    axes = figure.subplots()
    axes.imshow(values, cmap="RdYlBu", vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        text = f"{value:.2f}".removeprefix("0")
        colour = "white" if value < 0.12 or value > 0.88 else INK
        weight = "bold" if row == len(kinds) else "normal"
        axes.text(column, row, text, ha="center", va="center", size=8, color=colour, weight=weight)
    names = [_column(run, score) for run, score in table]
    axes.set_xticks(range(len(names)), names, rotation=60, ha="left", rotation_mode="anchor")
    axes.set_yticks(range(len(values)), [*(kind.replace("_", " ") for kind in kinds), "mean"])
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.axhline(len(kinds) - 0.5, color=INK, lw=1)
    axes.spines[:].set_visible(False)
    return figure


def _column(run: str, score: str) -> str:
    if score.startswith(("shape", "samples")):
        return score.replace("_", ", ")
    return f"{NAMES[run]}, {score.removeprefix('features_')}".replace("\n", " ")


@styled
def draw_examples(
    ecg: Mapping[str, np.ndarray],
    *,
    excess: Mapping[str, float],
    faults: Mapping[str, str],
) -> Figure:
    """Draw an input of each kind, with its score above the threshold; red if not flagged.

    Args:
        ecg: kind -> (187,) in [0, 1].
        excess: kind -> score minus threshold.
        faults: kind -> the rule that it breaks; empty if none.
    """
    n_rows = -(-len(ecg) // _COLUMNS)
    figure = Figure(figsize=(10.5, 1.75 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, _COLUMNS, sharex=True, sharey=True, squeeze=False).ravel()
    for axes, (kind, beat) in zip(panels, ecg.items(), strict=False):
        flagged = excess[kind] > 0 or faults[kind] != ""
        colour = INK if flagged else "#c00000"
        axes.plot(np.arange(len(beat)) / _FS, beat, color=colour, lw=1)
        axes.set_title(kind.replace("_", " "), fontsize=9)
        text = f"{excess[kind]:+.0f}" + (f", {faults[kind]}" if faults[kind] else "")
        if not flagged:
            text += ", not flagged"
        axes.text(
            1, 0.98, text, ha="right", va="top", size=8, color=colour, transform=axes.transAxes
        )
    for axes in panels[len(ecg) :]:
        axes.set_axis_off()
    panels[0].set_ylim(-0.05, 1.3)
    panels[0].set_yticks([0, 0.5, 1])
    figure.supxlabel("time, s", fontsize=9)
    return figure


@styled
def draw_noise_flags(
    flagged: Mapping[str, Mapping[float, float]],
    *,
    called_normal: Mapping[str, Mapping[float, float]],
    false_alarms: float,
    synthetic: Collection[str],
) -> Figure:
    """Draw the share of noisy beats that is flagged, and called normal instead.

    Args:
        flagged: noisy kind -> signal-to-noise ratio in dB -> share of the beats.
        called_normal: the same of those called normal and not flagged.
        false_alarms: share of the beats without added noise that is flagged, a dotted line.
        synthetic: kinds whose noise is synthetic.
    """
    figure = Figure(figsize=(7.6, 3.6), layout="constrained")
    axes = figure.subplots()
    for title, style, shares in (
        ("flagged", "-", flagged),
        ("called normal", "--", called_normal),
    ):
        for kind, by_ratio in shares.items():
            colour, marker = _NOISES[kind]
            name = kind.replace("_", " ") + (" (synthetic)" if kind in synthetic else "")
            ratios, values = zip(*by_ratio.items(), strict=True)
            label = f"{name}, {title}"
            axes.plot(ratios, values, style, color=colour, marker=marker, ms=5, label=label)
            axes.set_xticks(ratios)
    axes.axhline(false_alarms, color=PALE, ls=":", lw=1.4, label="flagged without added noise")
    axes.invert_xaxis()
    axes.set(xlabel="signal-to-noise ratio, dB", ylabel="share of the beats", ylim=(0, 1.02))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(axis="y", color="#e6e6e6", lw=0.8)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure
