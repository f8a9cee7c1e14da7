"""A picture of lines and texts, in millimetres, before it becomes SVG or PNG."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Equally spaced lines in a rectangle."""

    x: float
    y: float
    width: float
    height: float
    step: float
    colour: str
    line: float
    """Width of the lines."""

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """x of the upright lines and y of the level ones."""
        tiny = self.step / 1000
        return (
            np.arange(self.x, self.x + self.width + tiny, self.step),
            np.arange(self.y, self.y + self.height + tiny, self.step),
        )


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A line through points."""

    points: np.ndarray
    """x and y, (n, 2)."""
    colour: str
    line: float


@dataclass(frozen=True, kw_only=True)
class Words:
    """A line of text."""

    x: float
    y: float
    """Of its base line."""
    text: str
    size: float
    """Height of the letters, about."""
    colour: str
    anchor: Anchor = "start"
    is_bold: bool = False


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Things to draw on a white sheet, in their order; y grows downwards."""

    width: float
    height: float
    title: str
    """For those who cannot see it."""
    things: list[Grid | Curve | Words] = field(default_factory=list)
