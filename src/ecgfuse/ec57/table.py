"""The tables of an EC57 report as text, in the layout of `bxb` and `sumstats` of WFDB."""

from collections.abc import Callable, Mapping

import numpy as np

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.ec57.counts import COLUMNS, ROWS
from ecgfuse.ec57.scores import Scores, Share, aggregate, score

_LINE_ROWS = ("N", "S", "V", "FQ", "OX")
_LINE_COLUMNS = ("NFQ", "S", "V", "OX")
"""A line per record has no room for all 49 numbers; primed names are sums."""
_FIGURES: Mapping[str, Callable[[Scores], Share]] = {
    "Q Se": lambda of: of.qrs.se,
    "Q +P": lambda of: of.qrs.ppv,
    "V Se": lambda of: of.veb.se,
    "V +P": lambda of: of.veb.ppv,
    "V FPR": lambda of: of.veb_fpr,
    "S Se": lambda of: of.sveb.se,
    "S +P": lambda of: of.sveb.ppv,
}
_DIGITS = {"V FPR": 3}
"""After the point, where they are not 2."""
_FIGURE_WIDTH = 8


def total(counts: Mapping[str, np.ndarray]) -> np.ndarray:
    """Sum over all records, (7, 7)."""
    return np.sum(list(counts.values()), axis=0)


def format_record(counts: np.ndarray) -> str:
    """The matrix of one comparison and its scores with numerators and denominators.

    Args:
        counts: (7, 7), as `count_beats` returns.
    """
    lines = ["               Algorithm", "    " + "".join(f"{name:>6}" for name in COLUMNS)]
    lines.append("    " + "_" * 6 * len(COLUMNS))
    for row, name in enumerate(ROWS):
        columns = len(COLUMNS) if name in EC57_CLASSES else len(EC57_CLASSES)
        lines.append(f" {name} |" + "".join(f"{n:>6}" for n in counts[row, :columns]))
    scores = score(counts)
    figures = {
        "QRS sensitivity": scores.qrs.se,
        "QRS positive predictivity": scores.qrs.ppv,
        "VEB sensitivity": scores.veb.se,
        "VEB positive predictivity": scores.veb.ppv,
        "VEB false positive rate": scores.veb_fpr,
        "SVEB sensitivity": scores.sveb.se,
        "SVEB positive predictivity": scores.sveb.ppv,
    }
    lines.append("")
    for name, share in figures.items():
        digits = 3 if name == "VEB false positive rate" else 2
        percent = share.percent(digits)
        percent = f"{percent:>6}%" if share.whole else f"{percent:>4}   "
        lines.append(f"{name:>26}: {percent} ({share.part:.0f}/{share.whole})")
    return "\n".join(lines)


def format_lines(counts: Mapping[str, np.ndarray], *, bxb_quirks: bool = False) -> str:
    """One line per record, then the sums and the gross and average scores in percent.

    Args:
        counts: record name -> (7, 7), as `count_beats` returns.
        bxb_quirks: aggregate scores as by `sumstats`, see `aggregate`.
    """
    summed = total(counts)
    width = max(len("Average"), *map(len, counts))
    cells = list(_line_cells(summed))
    cell_width = max(len(str(summed.max())), max(map(len, cells))) + 1
    heading = f"{'Record':<{width}}" + "".join(f"{name:>{cell_width}}" for name in cells)
    lines = [heading + "".join(f"{name:>{_FIGURE_WIDTH}}" for name in _FIGURES)]
    for name, of_record in [*counts.items(), ("Sum", summed)]:
        numbers = "".join(f"{n:>{cell_width}}" for n in _line_cells(of_record).values())
        figures = "" if name == "Sum" else _format_figures(score(of_record))
        lines.append(f"{name:<{width}}{numbers}{figures}")
    blank = " " * cell_width * len(cells)
    summary = aggregate(list(counts.values()), bxb_quirks=bxb_quirks)
    lines.append(f"{'Gross':<{width}}{blank}{_format_figures(summary.gross)}")
    lines.append(f"{'Average':<{width}}{blank}{_format_figures(summary.average)}")
    return "\n".join(lines)


def _line_cells(counts: np.ndarray) -> dict[str, int]:
    """Sums of matrix cells for one line: Nn', Sn' and so on."""
    return {
        _line_name(rows, columns): int(counts[np.ix_(_indices(rows), _indices(columns))].sum())
        for columns in _LINE_COLUMNS
        for rows in _LINE_ROWS
        if not (rows == "OX" and columns == "OX")  # beats in neither file
    }


def _line_name(rows: str, columns: str) -> str:
    prime = "'" if len(rows + columns) > 2 else ""
    return f"{rows[0]}{columns[0].lower()}{prime}"


def _indices(names: str) -> list[int]:
    return [ROWS.index(name) for name in names]


def _format_figures(scores: Scores) -> str:
    return "".join(
        f"{read(scores).percent(_DIGITS.get(name, 2)):>{_FIGURE_WIDTH}}"
        for name, read in _FIGURES.items()
    )
