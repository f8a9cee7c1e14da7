"""Figures of scores show their data, in every case that a run can produce."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.calibration import reliability_table
from ecgfuse.evaluate.curves import precision_recall_table, roc_table
from ecgfuse.evaluate.metrics import score
from ecgfuse.plots.figures import save_figure
from ecgfuse.plots.scores import draw_confusion, draw_curves, draw_history, draw_reliability

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 0])
PREDICTED = np.array([0, 0, 1, 1, 0, 2, 2, 3, 0, 0])
ANY_CLASSES = pytest.mark.parametrize(
    "classes", [("normal", "abnormal"), CLASSES, (*CLASSES, "Q")], ids=["two", "four", "five"]
)


def fabricated(classes: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Labels (20,) with every class, and probabilities (20, n_classes)."""
    n = len(classes)
    return np.arange(20) % n, np.random.default_rng(0).dirichlet(np.ones(n), size=20)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in (*axes.texts, axes.title)]


def test_confusion_shows_share_of_the_true_class_and_counts() -> None:
    shown = texts(draw_confusion(LABELS, PREDICTED, classes=CLASSES))
    assert shown[:4] == ["75.0%", "3", "25.0%", "1"]  # N predicted as N, and as S
    assert len(shown) == 2 * 16 + 1


def test_confusion_of_a_class_without_beats_is_drawn() -> None:
    figure = draw_confusion(np.array([0, 1]), np.array([0, 1]), classes=CLASSES)
    assert texts(figure)[-3:-1] == ["0.0%", "0"]


@ANY_CLASSES
def test_curves_show_every_class_and_its_chance_level(classes: tuple[str, ...]) -> None:
    labels, probabilities = fabricated(classes)
    left, right = draw_curves(
        precision_recall_table(labels, probabilities, classes=classes, n_points=11),
        roc=roc_table(labels, probabilities, classes=classes, n_points=11),
        scores=score(labels, probabilities, classes=classes),
        classes=classes,
    ).axes
    assert len(left.lines) == 2 * len(classes)
    for index, chance in enumerate(left.lines[1::2]):
        assert np.asarray(chance.get_ydata())[0] == pytest.approx(np.mean(labels == index))
    legend = right.get_legend()
    assert legend is not None
    assert [text.get_text().split()[0] for text in legend.get_texts()] == list(classes)


@pytest.mark.parametrize("n_epochs", [1, 5])
def test_history_of_any_length_is_drawn(n_epochs: int, tmp_path: Path) -> None:
    columns = ("train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1")
    history = pd.DataFrame({name: np.linspace(0.2, 0.8, n_epochs) for name in columns})
    figure = draw_history(history.assign(epoch=range(1, n_epochs + 1)))
    assert sum(len(axes.lines) for axes in figure.axes) == 4
    save_figure(figure, tmp_path / "history.png")


@ANY_CLASSES
def test_reliability_shows_the_predicted_class_and_every_class(classes: tuple[str, ...]) -> None:
    table = reliability_table(*fabricated(classes), classes=classes, n_bins=5)
    left, right = draw_reliability(table, classes=classes).axes
    shown = {
        line.get_label(): np.asarray(line.get_xydata()) for line in (*left.lines, *right.lines)
    }
    for of, bins in table.groupby("of"):
        np.testing.assert_allclose(shown[of], bins[["confidence", "frequency"]])
