"""The picture has a panel for each score and noise, and never shows made-up noise as real."""

import pytest
from matplotlib.figure import Figure

from ecgfuse.datasets.fusions import FUSIONS
from ecgfuse.noise.config import NoiseConfig
from ecgfuse.noise.figure import draw_noise
from ecgfuse.noise.scores import Scored

CONFIG = NoiseConfig(kinds=("bw", "ma"), snr_db=(24.0, 6.0, -6.0))


def made_up_scores() -> Scored:
    """Macro F1 falls by a tenth with each condition, and AUPRC is a tenth above it."""
    return {
        fusion: {
            condition: {"macro_f1": 0.8 - place / 10, "macro_auprc": 0.9 - place / 10}
            for place, condition in enumerate(CONFIG.conditions())
        }
        for fusion in FUSIONS
    }


def draw(synthetic: list[str]) -> Figure:
    return draw_noise(made_up_scores(), config=CONFIG, synthetic=synthetic)


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
def test_what_was_made_up_stands_above_the_panels(synthetic: list[str], title: str) -> None:
    assert draw(synthetic).get_suptitle().split(":")[0] == title
