"""The style of all figures, and how they are saved.

Figures are made without pyplot, so they need no display, and saved without dates, so that equal
results are equal files.
"""

from collections.abc import Callable, Sequence
from functools import wraps
from itertools import cycle
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
from matplotlib.figure import Figure

from ecgfuse.pipeline.files import atomic_file

COLOURS = {"N": "#6b6b6b", "S": "#0072b2", "V": "#d55e00", "F": "#a2558f"}
"""One colour per class; distinguishable with any colour blindness (after Okabe and Ito)."""
_FURTHER_COLOURS = ("#009e73", "#e69f00", "#332288", "#56b4e9", "#882255")

INK = "#222222"
PALE = "#b5b5b5"
_STYLE: Any = {  # its type differs between releases of matplotlib
    "figure.facecolor": "white",
    "font.family": "DejaVu Sans",  # comes with matplotlib, so it is the same everywhere
    "font.size": 10,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#777777",
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.6,
}

P = ParamSpec("P")


def class_colours(classes: Sequence[str]) -> dict[str, str]:
    """Class -> its own colour, or one of some further colours if it has none."""
    further = cycle(_FURTHER_COLOURS)
    return {name: COLOURS[name] if name in COLOURS else next(further) for name in classes}


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw with the style of this module, whatever the user's matplotlibrc sets."""

    @wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return wrapper


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, byte for byte the same each time."""
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110, metadata={"Software": None})
