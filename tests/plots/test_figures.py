"""Figures share a style, are saved reproducibly, and do not change the user's settings."""

from pathlib import Path

import matplotlib
import numpy as np

from ecgfuse.classes import CLASSES
from ecgfuse.plots.figures import class_colours, save_figure
from ecgfuse.plots.scores import draw_confusion

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 0])
PREDICTED = np.array([0, 0, 1, 1, 0, 2, 2, 3, 0, 0])


def test_equal_figures_are_equal_bytes(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        figure = draw_confusion(LABELS, PREDICTED, classes=CLASSES)
        save_figure(figure, tmp_path / name)
    first = (tmp_path / "a.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert first == (tmp_path / "b.png").read_bytes()


def test_drawing_does_not_change_the_settings_of_matplotlib() -> None:
    before = dict(matplotlib.rcParams)
    draw_confusion(LABELS, PREDICTED, classes=CLASSES)
    assert dict(matplotlib.rcParams) == before


def test_every_class_has_its_own_colour() -> None:
    heartbeats = class_colours((*CLASSES, "Q"))
    assert len(set(heartbeats.values())) == 5
    assert heartbeats["N"] == class_colours(CLASSES)["N"]
    assert len(set(class_colours(("NORM", "MI", "STTC", "CD", "HYP")).values())) == 5
