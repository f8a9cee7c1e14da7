"""Colours of the classes: told apart by colour-blind eyes, and readable on their grounds."""

import re
from itertools import combinations

import numpy as np
import pytest

from ecgfuse.serve.pages.assets import STATIC

CSS = (STATIC / "css" / "app.css").read_text()
THEMES = {"light": ":root {", "dark": '[data-theme="dark"] {'}
VISIONS = {  # Machado et al. 2009, complete deficiency, on linear RGB
    "all cones": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
LEAST_DIFFERENCE = 15.0
"""CIE76 distance in Lab; 2.3 is just noticeable."""


def colours(theme: str) -> dict[str, np.ndarray]:
    """Name -> linear RGB of a theme."""
    block = CSS[CSS.index(THEMES[theme]) :].split("}")[0]
    return {name: _linear(value) for name, value in re.findall(r"--([\w-]+): (#\w{6});", block)}


def _linear(value: str) -> np.ndarray:
    rgb = np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _lab(linear: np.ndarray) -> np.ndarray:
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ np.clip(linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _contrast(one: np.ndarray, other: np.ndarray) -> float:
    light = [float(np.array([0.2126, 0.7152, 0.0722]) @ colour) + 0.05 for colour in (one, other)]
    return max(light) / min(light)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_classes_that_occur_together_are_told_apart(theme: str, vision: str) -> None:
    seen = {
        name.removeprefix("class-"): _lab(np.array(VISIONS[vision]) @ colour)
        for name, colour in colours(theme).items()
        if name.startswith("class-")
    }
    pairs = [*combinations("NSVFQ", 2), *combinations(("N", "Q", "abnormal"), 2)]
    for one, other in pairs:
        assert np.linalg.norm(seen[one] - seen[other]) > LEAST_DIFFERENCE, (one, other)


@pytest.mark.parametrize("theme", THEMES)
def test_letters_and_text_are_readable(theme: str) -> None:
    found = colours(theme)
    for name in [name for name in found if name.startswith("class-")]:
        assert _contrast(found[name], found["paper"]) > 4.5, name
        assert _contrast(found[name], found["card"]) > 4.5, name
    for text, ground in [
        ("ink", "page"),
        ("soft", "page"),
        ("soft", "card"),
        ("soft", "paper"),
        ("accent", "card"),
        ("accent", "page"),
        ("on-accent", "accent"),
        ("warn", "warn-page"),
        ("warn", "paper"),
        ("danger", "card"),
    ]:
        assert _contrast(found[text], found[ground]) > 4.5, (text, ground)
    for edge in ("field", "focus"):
        assert _contrast(found[edge], found["card"]) > 3, edge


def test_the_dark_colours_of_the_system_are_those_of_the_choice() -> None:
    chosen = CSS[CSS.index(THEMES["dark"]) :].split("}")[0]
    system = CSS[CSS.index(":root:not([data-theme]) {") :].split("}")[0]
    pattern = r"--[\w-]+: [^;]+"
    assert re.findall(pattern, chosen) == re.findall(pattern, system)
