"""Pictures show what they were given, in every case that a run can bring, and reproducibly."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from ecgfuse.evaluate import pictures

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 0])
PREDICTED = np.array([0, 0, 1, 1, 0, 2, 2, 3, 0, 0])
RNG = np.random.default_rng(0)
PROBABILITIES = RNG.dirichlet(np.ones(4), size=len(LABELS))
BEATS = RNG.normal(size=(len(LABELS), 32))
RECORDS = np.array(["100"] * 5 + ["232"] * 5)


def texts(figure: Figure) -> list[str]:
    return [text.get_text() for axes in figure.axes for text in (*axes.texts, axes.title)]


def uniform_attention(n_tokens: int) -> np.ndarray:
    return np.full((len(LABELS), 2, n_tokens), 1 / n_tokens)


def test_equal_figures_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        figure = pictures.draw_confusion(LABELS, PREDICTED)
        pictures.save_figure(figure, tmp_path / name)
    first = (tmp_path / "a.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert first == (tmp_path / "b.png").read_bytes()


def test_confusion_shows_share_of_the_true_class_and_counts() -> None:
    shown = texts(pictures.draw_confusion(LABELS, PREDICTED))
    assert shown[:4] == ["75.0%", "3", "25.0%", "1"]  # N called N, N called S
    assert len(shown) == 2 * 16 + 1


def test_confusion_of_a_class_without_beats_is_drawn() -> None:
    figure = pictures.draw_confusion(np.array([0, 1]), np.array([0, 1]))
    assert texts(figure)[-3:-1] == ["0.0%", "0"]


def test_curves_show_every_class_and_its_chance_level() -> None:
    left, right = pictures.draw_curves(LABELS, PROBABILITIES, n_points=11).axes
    assert len(left.lines) == 8
    assert np.asarray(left.lines[1].get_ydata())[0] == pytest.approx(0.4)  # 4 of the 10 beats are N
    legend = right.get_legend()
    assert legend is not None
    assert [text.get_text()[0] for text in legend.get_texts()] == ["N", "S", "V", "F"]


@pytest.mark.parametrize("n_epochs", [1, 5])
def test_history_of_any_length_is_drawn(n_epochs: int, tmp_path: Path) -> None:
    columns = ("train_loss", "valid_loss", "valid_macro_auprc", "valid_macro_f1")
    history = pd.DataFrame({name: np.linspace(0.2, 0.8, n_epochs) for name in columns})
    figure = pictures.draw_history(history.assign(epoch=range(1, n_epochs + 1)))
    assert sum(len(axes.lines) for axes in figure.axes) == 4
    pictures.save_figure(figure, tmp_path / "history.png")


@pytest.mark.parametrize("n_seeds", [1, 5])
def test_gate_has_a_line_per_seed_and_one_at_the_start(n_seeds: int) -> None:
    gate = np.random.default_rng(0).uniform(0.05, 0.3, size=(n_seeds, 64))
    (axes,) = pictures.draw_gate(gate, alpha_init=-2.0).axes
    assert len(axes.lines) == n_seeds + 1
    assert np.all(np.diff(axes.lines[0].get_ydata()) <= 0)
    assert np.asarray(axes.lines[-1].get_ydata())[0] == pytest.approx(0.1192, abs=1e-4)


@pytest.mark.parametrize("n_tokens", [1, 16])
def test_uniform_attention_is_drawn_at_one(n_tokens: int, tmp_path: Path) -> None:
    figure = pictures.draw_attention(BEATS, uniform_attention(n_tokens), LABELS)
    below = figure.axes[1::2]
    assert len(below) == 4
    for axes in below:
        np.testing.assert_allclose(np.asarray(axes.lines[0].get_ydata()), 1.0)
    pictures.save_figure(figure, tmp_path / "attention.png")


def test_attention_of_a_class_without_beats_leaves_its_panel_empty() -> None:
    only_n = np.zeros(len(LABELS), dtype=int)
    figure = pictures.draw_attention(BEATS, uniform_attention(8), only_n)
    assert [len(axes.lines) for axes in figure.axes[::2]] == [1, 0, 0, 0]


def test_examples_are_titled_with_record_true_and_predicted_class() -> None:
    figure = pictures.draw_examples(
        BEATS, LABELS, PREDICTED, PROBABILITIES, records=RECORDS, n_each=2
    )
    titles = [axes.title.get_text() for axes in figure.axes]
    assert len(titles) == 16
    assert titles[4] == f"100:  S \N{RIGHTWARDS ARROW} S\np = {PROBABILITIES[3, 1]:.2f}"
    assert titles[6] == f"100:  S \N{RIGHTWARDS ARROW} N\np = {PROBABILITIES[4, 0]:.2f}"
    assert titles[5] == ""  # there is no second right S


@pytest.mark.parametrize(
    ("n_true", "n", "expected"),
    [(0, 2, [None, None]), (1, 2, [0, None]), (2, 2, [0, 1]), (9, 3, [1, 4, 7])],
)
def test_examples_are_spread_evenly(n_true: int, n: int, expected: list[int | None]) -> None:
    assert pictures.evenly_spaced(np.ones(n_true, dtype=bool), n=n) == expected


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    pictures.draw_confusion(LABELS, PREDICTED)
    assert dict(matplotlib.rcParams) == before
