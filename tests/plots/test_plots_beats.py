"""Figures of gate, attention and examples show their data, in every case."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from ecgfuse.classes import CLASSES
from ecgfuse.plots.beats import draw_attention, draw_examples, draw_gate, evenly_spaced
from ecgfuse.plots.figures import save_figure

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 0])
PREDICTED = np.array([0, 0, 1, 1, 0, 2, 2, 3, 0, 0])
RNG = np.random.default_rng(0)
PROBABILITIES = RNG.dirichlet(np.ones(4), size=len(LABELS))
BEATS = RNG.normal(size=(len(LABELS), 32))
RECORDS = np.array(["100"] * 5 + ["232"] * 5)
SPANS_MS = np.array([[-600.0, 280.0]] * 10)


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
def test_equal_attention_is_drawn_at_the_dashed_line(n_tokens: int, tmp_path: Path) -> None:
    figure = draw_attention(
        BEATS, uniform_attention(n_tokens), LABELS, spans_ms=SPANS_MS, classes=CLASSES
    )
    below = figure.axes[1::2]
    assert len(below) == 4
    for axes in below:
        mean, dashed = (np.asarray(line.get_ydata()) for line in axes.lines[:2])
        np.testing.assert_allclose(mean, 1000 / 880)  # 100 % in 880 ms, per 10 ms
        np.testing.assert_allclose(dashed, mean)
    save_figure(figure, tmp_path / "attention.png")


def test_r_peaks_of_beats_of_any_duration_are_drawn_at_zero() -> None:
    starts = np.linspace(-900, -300, 10)
    spans_ms = np.stack([starts, np.full(10, 280.0)], axis=1)
    length = 200
    middles = starts[:, None] + (280 - starts[:, None]) * (np.arange(length) + 0.5) / length
    peaks = np.exp(-((middles / 20) ** 2))  # an R peak of 20 ms at 0
    same = np.zeros(10, dtype=int)
    figure = draw_attention(
        peaks, uniform_attention(8), same, spans_ms=spans_ms, classes=("N", "V")
    )
    mean = figure.axes[0].lines[0]
    x, y = np.asarray(mean.get_xdata()), np.asarray(mean.get_ydata())
    assert x[y.argmax()] == 0
    assert y.max() > 0.97
    # Half of the ten starts lie before -600; from there on at least half of the beats have data.
    assert x[0] == -600
    assert x[-1] == 280


def test_a_class_of_short_segments_is_drawn_where_it_has_data() -> None:
    spans_ms = SPANS_MS.copy()
    spans_ms[LABELS == 1] = (-200.0, 280.0)
    figure = draw_attention(BEATS, uniform_attention(8), LABELS, spans_ms=spans_ms, classes=CLASSES)
    n, s = (np.asarray(figure.axes[place].lines[0].get_xdata()) for place in (0, 2))
    assert (n[0], n[-1]) == (-600, 280)
    assert (s[0], s[-1]) == (-200, 280)


def test_attention_panel_of_a_class_without_beats_is_empty() -> None:
    only_n = np.zeros(len(LABELS), dtype=int)
    figure = draw_attention(BEATS, uniform_attention(8), only_n, spans_ms=SPANS_MS, classes=CLASSES)
    assert [len(axes.lines) for axes in figure.axes[::2]] == [2, 1, 1, 1]  # with that at R


@pytest.mark.parametrize("classes", [("normal", "abnormal"), (*CLASSES, "Q")], ids=["two", "five"])
def test_any_classes_have_a_panel_of_attention_and_a_row_of_examples(
    classes: tuple[str, ...],
) -> None:
    n = len(classes)
    labels = LABELS % n
    attention = draw_attention(
        BEATS, uniform_attention(8), labels, spans_ms=SPANS_MS, classes=classes
    )
    titles = [axes.get_title(loc="left").split()[0] for axes in attention.axes[::2]]
    assert titles == list(classes)
    probabilities = np.full((len(labels), n), 1 / n)
    examples = draw_examples(
        BEATS,
        labels,
        labels,
        probabilities,
        spans_ms=SPANS_MS,
        classes=classes,
        records=RECORDS,
        n_each=1,
    )
    assert len(examples.axes) == 2 * n


def examples_of(spans_ms: np.ndarray) -> Figure:
    return draw_examples(
        BEATS,
        LABELS,
        PREDICTED,
        PROBABILITIES,
        spans_ms=spans_ms,
        classes=CLASSES,
        records=RECORDS,
        n_each=2,
    )


def test_examples_have_r_at_zero_and_samples_at_their_times() -> None:
    spans_ms = SPANS_MS.copy()
    spans_ms[0] = (-360.0, 280.0)  # 32 samples of 20 ms
    first, second, *_ = examples_of(spans_ms).axes
    at_r, beat = first.lines
    assert np.asarray(at_r.get_xdata()).tolist() == [0, 0]
    x = np.asarray(beat.get_xdata())
    np.testing.assert_allclose(x[[0, 1, -1]], [-350, -330, 270])
    assert first.get_xlim() == second.get_xlim()


def test_examples_are_titled_with_record_true_and_predicted_class() -> None:
    figure = examples_of(SPANS_MS)
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
