"""Read the lines of a table as numbers, in blocks."""

import csv
from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from ecgfuse.recordings.csv.faults import fault_after
from ecgfuse.recordings.csv.lines import NumberLines
from ecgfuse.recordings.csv.notation import BLANKS, MISSING
from ecgfuse.recordings.csv.table import Table
from ecgfuse.recordings.recording import shown

_CELLS = 1 << 20
"""Maximum number of cells, of all columns, read at a time."""
_MISSING = [f"{cell}{blank}" for cell in MISSING for blank in ("", " ", "  ") if cell]


def read_rows(
    table: Table,
    *,
    columns: Collection[int],
    n_rows: int,
    texts: Collection[int] = (),
    may_restart: bool = True,
) -> Iterator[pd.DataFrame]:
    """Read columns of a table.

    Remarks and repeated lines of names among the numbers are skipped.

    Args:
        columns: indices of the columns, which are returned in the order of the table and named
            by these.
        n_rows: maximum number of lines at a time.
        texts: columns with text; the others are float64, NaN for missing values.
        may_restart: whether the lines of names may be repeated; if not, a recording that was
            interrupted there would be joined without its gap.

    Raises:
        ValueError: a cell is not a number, or a line has more cells than the table has columns.
            The message names line and column.
    """
    n_columns = len(table.columns)
    # pandas silently drops cells beyond the last column, so an extra, empty column is read.
    wanted = sorted({*columns, n_columns})
    types: dict[str, type] = {str(i): object if i in texts else np.float64 for i in wanted}
    n_rows = max(min(n_rows, _CELLS // (n_columns + 1)), 1)
    separator = " " if table.separator == BLANKS else table.separator
    names = separator.join(map(str, range(n_columns + 1))) + "\n"
    done = 0
    with table.open() as file:
        lines = NumberLines(file, table=table, first=names)
        try:
            with pd.read_csv(
                lines,  # type: ignore[call-overload]
                sep=table.separator,
                decimal=table.notation.decimal,
                thousands=table.notation.thousands or None,
                usecols=list(types),
                dtype=types,
                na_values=_MISSING,
                skipinitialspace=True,
                skip_blank_lines=n_columns > 1,
                quotechar=table.quote or '"',
                # In a file without quoting, a single quote would swallow the rest of the file.
                quoting=csv.QUOTE_MINIMAL if table.quote else csv.QUOTE_NONE,
                chunksize=n_rows,
            ) as reader:
                for rows in reader:
                    rows.columns = wanted
                    if rows.pop(n_columns).notna().any() or _is_infinite(rows):
                        raise ValueError("a line has too many cells, or an infinite one")
                    if lines.has_repeats and not may_restart:
                        break
                    yield rows
                    done += len(rows)
        except (OSError, MemoryError):
            raise
        except Exception as error:  # pandas reports neither line nor column
            fault = fault_after(table, columns=columns, done=done) or shown(error)
            raise ValueError(f"{table.path}: {fault}; correct it, or copy the file again") from None
    if lines.has_repeats and not may_restart:
        raise ValueError(
            f"{table.path}: the line {shown(table.header[0], length=60)!r} occurs again among the "
            "numbers, as if the recording was interrupted; cut the file there (or, if there is a "
            "time column, omit --fs, so that the times show whether anything is missing)"
        )


def _is_infinite(rows: pd.DataFrame) -> bool:
    """Whether a number is infinite, which pandas accepts."""
    return bool(np.isinf(rows.select_dtypes("number").to_numpy()).any())
