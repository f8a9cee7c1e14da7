"""The figure has a panel for each score and noise, and never shows synthetic data as real."""

import pandas as pd
import pytest
from matplotlib.figure import Figure

from ecgfuse.plots.noise import draw_noise

FUSIONS = ("early", "late", "hybrid")
RATIOS = [24.0, 6.0, -6.0]
FALLING = {"snr_db": RATIOS} | {
    f"{fusion}_{noise}": [start - place / 10 for place in range(3)]
    for fusion in FUSIONS
    for noise, start in (("bw", 0.7), ("ma", 0.4))
}
"""A score that falls by a tenth with each ratio, and is lower in ma."""
CURVES = {"macro F1": pd.DataFrame(FALLING), "macro AUPRC": pd.DataFrame(FALLING)}


def draw(synthetic: list[str]) -> Figure:
    return draw_noise(
        CURVES,
        clean=dict.fromkeys(CURVES, dict.fromkeys(FUSIONS, 0.8)),
        noises={"bw": "baseline wander", "ma": "muscle artefact"},
        synthetic=synthetic,
    )


def test_each_panel_shows_the_curve_of_every_fusion_and_its_clean_score() -> None:
    panels = draw([]).axes
    assert [axes.get_title(loc="left") for axes in panels] == [
        "macro F1, baseline wander",
        "macro F1, muscle artefact",
        "macro AUPRC, baseline wander",
        "macro AUPRC, muscle artefact",
    ]
    curve, clean = panels[1].get_lines()[:2]
    assert list(curve.get_xdata()) == [-6.0, 6.0, 24.0]
    assert list(curve.get_ydata()) == pytest.approx([0.2, 0.3, 0.4])
    assert list(clean.get_ydata()) == [0.8, 0.8]
    assert len(panels[1].get_lines()) == 2 * len(FUSIONS)


def test_noise_grows_to_the_right() -> None:
    for axes in draw([]).axes:
        left, right = axes.get_xlim()
        assert left > 24 > -6 > right


@pytest.mark.parametrize(
    ("synthetic", "title"),
    [([], ""), (["noise"], "SYNTHETIC NOISE"), (["data", "noise"], "SYNTHETIC DATA AND NOISE")],
)
def test_synthetic_inputs_are_stated_above_the_panels(synthetic: list[str], title: str) -> None:
    assert draw(synthetic).get_suptitle().split(":")[0] == title
