"""Pictures of scores show what they were given, in every case that a run can bring."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from ecgfuse.evaluate.calibration import reliability_table
from ecgfuse.evaluate.figures import save_figure
from ecgfuse.evaluate.score_pictures import (
    draw_confusion,
    draw_curves,
    draw_history,
    draw_reliability,
)

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 0])
PREDICTED = np.array([0, 0, 1, 1, 0, 2, 2, 3, 0, 0])
PROBABILITIES = np.random.default_rng(0).dirichlet(np.ones(4), size=len(LABELS))


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in (*axes.texts, axes.title)]


def test_confusion_shows_share_of_the_true_class_and_counts() -> None:
    shown = texts(draw_confusion(LABELS, PREDICTED))
    assert shown[:4] == ["75.0%", "3", "25.0%", "1"]  # N called N, N called S
    assert len(shown) == 2 * 16 + 1


def test_confusion_of_a_class_without_beats_is_drawn() -> None:
    figure = draw_confusion(np.array([0, 1]), np.array([0, 1]))
    assert texts(figure)[-3:-1] == ["0.0%", "0"]


def test_curves_show_every_class_and_its_chance_level() -> None:
    left, right = draw_curves(LABELS, PROBABILITIES, n_points=11).axes
    assert len(left.lines) == 8
    assert np.asarray(left.lines[1].get_ydata())[0] == pytest.approx(0.4)  # 4 of the 10 beats are N
    legend = right.get_legend()
    assert legend is not None
    assert [text.get_text()[0] for text in legend.get_texts()] == ["N", "S", "V", "F"]


@pytest.mark.parametrize("n_epochs", [1, 5])
def test_history_of_any_length_is_drawn(n_epochs: int, tmp_path: Path) -> None:
    columns = ("train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1")
    history = pd.DataFrame({name: np.linspace(0.2, 0.8, n_epochs) for name in columns})
    figure = draw_history(history.assign(epoch=range(1, n_epochs + 1)))
    assert sum(len(axes.lines) for axes in figure.axes) == 4
    save_figure(figure, tmp_path / "history.png")


def test_reliability_shows_the_predicted_class_and_every_class() -> None:
    table = reliability_table(LABELS, PROBABILITIES, n_bins=5)
    left, right = draw_reliability(table).axes
    shown = {
        line.get_label(): np.asarray(line.get_xydata()) for line in (*left.lines, *right.lines)
    }
    for of, bins in table.groupby("of"):
        np.testing.assert_allclose(shown[of], bins[["confidence", "frequency"]])
