"""The tables of an EC57 report as text, laid out as `bxb` and `sumstats` of WFDB print them."""

from collections.abc import Mapping

import numpy as np

from ecgfuse.ec57.counts import COLUMNS, ROWS
from ecgfuse.ec57.mapping import CLASSES
from ecgfuse.ec57.scores import Share, as_fractions, score, summarise

_LINE_ROWS = ("N", "S", "V", "FQ", "OX")
_LINE_COLUMNS = ("NFQ", "S", "V", "OX")
"""A line of many records has no room for all 49 numbers; a name with a prime is a sum."""
_FIGURES = {
    "Q Se": ("qrs", "se"),
    "Q +P": ("qrs", "ppv"),
    "V Se": ("veb", "se"),
    "V +P": ("veb", "ppv"),
    "V FPR": ("veb", "fpr"),
    "S Se": ("sveb", "se"),
    "S +P": ("sveb", "ppv"),
}
_FIGURE_WIDTH = 8


def total(counts: Mapping[str, np.ndarray]) -> np.ndarray:
    """The sum over all records, (7, 7)."""
    return np.sum(list(counts.values()), axis=0)


def format_record(counts: np.ndarray) -> str:
    """The matrix of one comparison and its figures with numerators and denominators.

    Args:
        counts: (7, 7), as `count_beats` gives them.
    """
    lines = ["               Algorithm", "    " + "".join(f"{name:>6}" for name in COLUMNS)]
    lines.append("    " + "_" * 6 * len(COLUMNS))
    for row, name in enumerate(ROWS):
        columns = len(COLUMNS) if name in CLASSES else len(CLASSES)
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
        lines.append(f"{name:>26}: {_percent(share, digits=digits)} ({share.part}/{share.whole})")
    return "\n".join(lines)


def _percent(share: Share, *, digits: int) -> str:
    return f"{'-':>4}   " if share.value is None else f"{100 * share.value:>6.{digits}f}%"


def format_lines(counts: Mapping[str, np.ndarray]) -> str:
    """One line a record, then the sums, the gross and the average figures in percent.

    Args:
        counts: name of the record -> (7, 7), as `count_beats` gives them.
    """
    summed = total(counts)
    width = max(len("Average"), *map(len, counts))
    cells = list(_line_cells(summed))
    cell_width = max(len(str(summed.max())), max(map(len, cells))) + 1
    heading = f"{'Record':<{width}}" + "".join(f"{name:>{cell_width}}" for name in cells)
    lines = [heading + "".join(f"{name:>{_FIGURE_WIDTH}}" for name in _FIGURES)]
    for name, of_record in [*counts.items(), ("Sum", summed)]:
        numbers = "".join(f"{n:>{cell_width}}" for n in _line_cells(of_record).values())
        figures = "" if name == "Sum" else _format_figures(as_fractions(score(of_record)))
        lines.append(f"{name:<{width}}{numbers}{figures}")
    blank = " " * cell_width * len(cells)
    for name, fractions in summarise(list(counts.values())).items():
        lines.append(f"{name.capitalize():<{width}}{blank}{_format_figures(fractions)}")
    return "\n".join(lines)


def _line_cells(counts: np.ndarray) -> dict[str, int]:
    """Sums of the matrix for one line: Nn', Sn' and so on."""
    return {
        _line_name(rows, columns): int(counts[np.ix_(_indices(rows), _indices(columns))].sum())
        for columns in _LINE_COLUMNS
        for rows in _LINE_ROWS
        if not (rows == "OX" and columns == "OX")  # what neither file has cannot be counted
    }


def _line_name(rows: str, columns: str) -> str:
    prime = "'" if len(rows + columns) > 2 else ""
    return f"{rows[0]}{columns[0].lower()}{prime}"


def _indices(names: str) -> list[int]:
    return [ROWS.index(name) for name in names]


def _format_figures(fractions: Mapping[str, Mapping[str, float | None]]) -> str:
    values = [fractions[kind][figure] for kind, figure in _FIGURES.values()]
    return "".join(
        f"{'-' if value is None else f'{100 * value:.2f}':>{_FIGURE_WIDTH}}" for value in values
    )
