"""Tables of ready text, for sections whose columns differ from study to study."""

from collections.abc import Sequence
from dataclasses import dataclass

from ecgfuse.evaluate.results import Interval

Cells = Sequence[str]
NONE = "\N{EN DASH}"
"""Cell of a score that does not exist."""


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """Columns and rows of text; the first cell of a row is its name."""

    columns: Cells
    rows: Sequence[Cells]


def percent(share: float | None, *, sd: float | None = None) -> str:
    """A share in percent, with its standard deviation if there is one."""
    if share is None:
        return NONE
    spread = "" if sd is None else f" \N{PLUS-MINUS SIGN} {100 * sd:.1f}"
    return f"{100 * share:.1f}{spread}"


def percent_range(found: Interval, *, signed: bool = False) -> str:
    """An interval in percent: "61.2 to 70.3"."""
    form = "+.1f" if signed else ".1f"
    return f"{100 * found['low']:{form}} to {100 * found['high']:{form}}"
