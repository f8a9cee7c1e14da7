"""Figures of gate, attention and examples show their data, in every case."""

from pathlib import Path

import numpy as np
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.plots.beats import draw_attention, draw_examples, draw_gate, evenly_spaced
from ecgfuse.plots.figures import save_figure

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 0])
PREDICTED = np.array([0, 0, 1, 1, 0, 2, 2, 3, 0, 0])
RNG = np.random.default_rng(0)
PROBABILITIES = RNG.dirichlet(np.ones(4), size=len(LABELS))
BEATS = RNG.normal(size=(len(LABELS), 32))
RECORDS = np.array(["100"] * 5 + ["232"] * 5)


def uniform_attention(n_tokens: int) -> np.ndarray:
    return np.full((len(LABELS), 2, n_tokens), 1 / n_tokens)


@pytest.mark.parametrize("n_seeds", [1, 5])
def test_gate_has_a_line_per_seed_and_one_at_the_start(n_seeds: int) -> None:
    gate = np.random.default_rng(0).uniform(0.05, 0.3, size=(n_seeds, 64))
    (axes,) = draw_gate(gate, alpha_init=-2.0).axes
    assert len(axes.lines) == n_seeds + 1
    assert np.all(np.diff(axes.lines[0].get_ydata()) <= 0)
    assert np.asarray(axes.lines[-1].get_ydata())[0] == pytest.approx(0.1192, abs=1e-4)


@pytest.mark.parametrize("n_tokens", [1, 16])
def test_uniform_attention_is_drawn_at_one(n_tokens: int, tmp_path: Path) -> None:
    figure = draw_attention(BEATS, uniform_attention(n_tokens), LABELS, classes=CLASSES)
    below = figure.axes[1::2]
    assert len(below) == 4
    for axes in below:
        np.testing.assert_allclose(np.asarray(axes.lines[0].get_ydata()), 1.0)
    save_figure(figure, tmp_path / "attention.png")


def test_attention_panel_of_a_class_without_beats_is_empty() -> None:
    only_n = np.zeros(len(LABELS), dtype=int)
    figure = draw_attention(BEATS, uniform_attention(8), only_n, classes=CLASSES)
    assert [len(axes.lines) for axes in figure.axes[::2]] == [1, 0, 0, 0]


@pytest.mark.parametrize("classes", [("normal", "abnormal"), (*CLASSES, "Q")], ids=["two", "five"])
def test_any_classes_have_a_panel_of_attention_and_a_row_of_examples(
    classes: tuple[str, ...],
) -> None:
    n = len(classes)
    labels = LABELS % n
    attention = draw_attention(BEATS, uniform_attention(8), labels, classes=classes)
    titles = [axes.get_title(loc="left").split()[0] for axes in attention.axes[::2]]
    assert titles == list(classes)
    probabilities = np.full((len(labels), n), 1 / n)
    examples = draw_examples(
        BEATS, labels, labels, probabilities, classes=classes, records=RECORDS, n_each=1
    )
    assert len(examples.axes) == 2 * n


def test_examples_are_titled_with_record_true_and_predicted_class() -> None:
    figure = draw_examples(
        BEATS, LABELS, PREDICTED, PROBABILITIES, classes=CLASSES, records=RECORDS, n_each=2
    )
    titles = [axes.title.get_text() for axes in figure.axes]
    assert len(titles) == 16
    assert titles[4] == f"100:  S \N{RIGHTWARDS ARROW} S\np = {PROBABILITIES[3, 1]:.2f}"
    assert titles[6] == f"100:  S \N{RIGHTWARDS ARROW} N\np = {PROBABILITIES[4, 0]:.2f}"
    assert titles[5] == ""  # there is no second correct S


@pytest.mark.parametrize(
    ("n_true", "n", "expected"),
    [(0, 2, [None, None]), (1, 2, [0, None]), (2, 2, [0, 1]), (9, 3, [1, 4, 7])],
)
def test_examples_are_evenly_spaced(n_true: int, n: int, expected: list[int | None]) -> None:
    assert evenly_spaced(np.ones(n_true, dtype=bool), n=n) == expected
