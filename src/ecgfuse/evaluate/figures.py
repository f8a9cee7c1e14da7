"""The look of all pictures, and how they are saved.

Figures are made without pyplot, so they need no display, and saved without dates, so that equal
results are equal files.
"""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
from matplotlib.figure import Figure

from ecgfuse.files import atomic_file

COLOURS = {"N": "#6b6b6b", "S": "#0072b2", "V": "#d55e00", "F": "#a2558f"}
"""One colour per class; told apart with any form of colour blindness (after Okabe and Ito)."""

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


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw with the style of this module, whatever the user's matplotlibrc says."""

    @wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_STYLE):
            return draw(*args, **kwargs)

    return wrapper


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG, byte for byte the same each time."""
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110, metadata={"Software": None})
