"""The figure of memory shows all kinds of processes and the end of the work."""

import pytest

from ecgfuse.plots.memory import draw_memory

MB = {"main": [40.0, 40.0, 40.0], "web": [300.0, 350.0, 340.0], "jobs": [500.0, 800.0, 700.0]}


def test_memory_is_stacked_by_kind() -> None:
    figure = draw_memory([0.0, 1.0, 2.0], MB, until=1.5)
    (axes,) = figure.axes
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [
        "job workers",
        "web workers",
        "ecgfuse serve",
    ]
    assert axes.get_ylim()[0] == 0
    assert axes.get_ylim()[1] >= 1190  # all together at their highest
    assert axes.get_xlim() == pytest.approx((0, 2))


def test_the_end_of_the_work_is_marked() -> None:
    (axes,) = draw_memory([0.0, 1.0, 2.0], MB, until=1.5).axes
    assert [line.get_xdata()[0] for line in axes.get_lines()] == [1.5]  # type: ignore[index]
