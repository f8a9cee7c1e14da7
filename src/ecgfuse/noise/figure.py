"""Picture of the scores under noise."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ecgfuse.datasets.fusions import Fusion
from ecgfuse.evaluate.figures import styled
from ecgfuse.noise.config import NOISES, Kind, NoiseConfig
from ecgfuse.noise.scores import CURVES, Scored

FUSION_STYLES: dict[Fusion, tuple[str, str]] = {
    "early": ("#009e73", "o"),
    "late": ("#cc6677", "s"),
    "hybrid": ("#332288", "^"),
}
"""Colour and marker; told apart with any form of colour blindness (after Okabe and Ito, Tol)."""


@styled
def draw_noise(scored: Scored, *, config: NoiseConfig, synthetic: Sequence[str]) -> Figure:
    """A row of panels for each score and a column for each noise; dotted: without noise.

    Args:
        synthetic: what was made up, "data" or "noise" or both; it stands above the panels.
    """
    n_columns = len(config.kinds)
    figure = Figure(figsize=(1.2 + 4.2 * n_columns, 6.2), layout="constrained")
    if synthetic:
        figure.suptitle(f"SYNTHETIC {' AND '.join(synthetic).upper()}: no result on patients")
    panels = figure.subplots(len(CURVES), n_columns, sharex=True, sharey="row", squeeze=False)
    for row, (curve, title) in zip(panels, CURVES.items(), strict=True):
        for axes, kind in zip(row, config.kinds, strict=True):
            _draw_panel(axes, scored, curve=curve, kind=kind, config=config)
            axes.set_title(f"{title}, {NOISES[kind]}")
    for axes in panels[-1]:
        axes.set_xlabel("signal-to-noise ratio, dB")
    panels[0, 0].invert_xaxis()  # shared: noise grows to the right everywhere
    panels[0, -1].legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _draw_panel(axes: Axes, scored: Scored, *, curve: str, kind: Kind, config: NoiseConfig) -> None:
    ratios = sorted(config.snr_db)
    for fusion, by_condition in scored.items():
        colour, marker = FUSION_STYLES[fusion]
        values = [by_condition[kind, snr_db][curve] for snr_db in ratios]
        axes.plot(ratios, values, color=colour, marker=marker, markersize=5, label=fusion)
        axes.axhline(by_condition[None][curve], color=colour, ls=":", lw=1)
    axes.set(xticks=ratios, ylim=(0, 1))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.grid(axis="y", color="#e6e6e6", lw=0.8)
