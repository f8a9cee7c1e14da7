"""All pictures look alike, are saved reproducibly, and leave the user's settings alone."""

from pathlib import Path

import matplotlib
import numpy as np

from ecgfuse.evaluate.figures import save_figure
from ecgfuse.evaluate.score_pictures import draw_confusion

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 0])
PREDICTED = np.array([0, 0, 1, 1, 0, 2, 2, 3, 0, 0])


def test_equal_figures_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        figure = draw_confusion(LABELS, PREDICTED)
        save_figure(figure, tmp_path / name)
    first = (tmp_path / "a.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert first == (tmp_path / "b.png").read_bytes()


def test_drawing_leaves_the_settings_of_matplotlib_alone() -> None:
    before = dict(matplotlib.rcParams)
    draw_confusion(LABELS, PREDICTED)
    assert dict(matplotlib.rcParams) == before
