"""Detect how a text file is written as a table."""

import codecs
import re
from pathlib import Path

from ecgfuse.recordings.csv.encoding import detect_encoding
from ecgfuse.recordings.csv.header import read_header
from ecgfuse.recordings.csv.notation import detect_notation
from ecgfuse.recordings.csv.preamble import read_preamble
from ecgfuse.recordings.csv.start import (
    CURE,
    first_numbers,
    is_comment,
    names_above,
    starts_with_number,
)
from ecgfuse.recordings.csv.table import Table, plain_minus

HEAD_BYTES = 1 << 16
"""Size of the beginning from which a table is detected."""
_LONG_HEAD_BYTES = 1 << 22
"""Size of the beginning if the lead was off at first."""
_TYPICAL = 200
"""Lines, the last of the beginning, that show the form of all."""
_MAX_COLUMNS = 1000
_SEPARATOR_LINE = re.compile(r'\s*"?sep=(.|\\t)"?\s*', re.IGNORECASE)


def sniff_table(path: Path) -> Table:
    """Detect how to read a text file.

    Raises:
        ValueError: it is not a text file, or does not start with a table of numbers.
    """
    for n_bytes in (HEAD_BYTES, _LONG_HEAD_BYTES):
        table = _sniff(path, n_bytes=n_bytes)
        if any(table.is_number(cell) for row in table.rows for cell in row):
            return table
    raise ValueError(f"{path}: does not start with numbers; {CURE}, from the first value on")


def _sniff(path: Path, *, n_bytes: int) -> Table:
    with path.open("rb") as file:
        head = file.read(n_bytes)
    encoding = detect_encoding(head, path=path)
    lines = _whole_lines(head, encoding=encoding, is_cut=path.stat().st_size > n_bytes)
    forced = _SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if forced:
        lines[0] = ""
    content = [i for i, line in enumerate(lines) if line.strip() and not is_comment(line)]
    if not content:
        raise ValueError(f"{path}: does not start with a table; {CURE}")
    # The last line may be cut.
    typical = [lines[i] for i in content[-_TYPICAL:-1] or content]
    numeric = [line for line in typical if starts_with_number(line)]
    typical = numeric or [lines[i] for i in content]
    notation = detect_notation(
        typical,
        names=names_above(lines),
        forced=forced[1].replace("\\t", "\t") if forced else None,
        path=path,
    )
    start = first_numbers(lines, content=content, typical=typical, notation=notation, path=path)
    data = [tuple(notation.cells(lines[i])) for i in content if i >= start]
    above = lines[:start]
    preamble = read_preamble(above, path=path)
    header = read_header(above, data=data, notation=notation, preamble=preamble, path=path)
    if header.skips_row and len(data) > 1:
        start, data = content[content.index(start) + 1], data[1:]
    if not 1 <= len(header.columns) <= _MAX_COLUMNS:
        raise ValueError(
            f"{path}: has {len(header.columns):,} columns; {CURE}, so that a lead is a column, not "
            "a line"
        )
    return Table(
        path=path,
        encoding=encoding,
        notation=notation,
        quote=next((mark for mark in "\"'" if mark in lines[start]), ""),
        columns=header.columns,
        units=header.units,
        header=header.lines,
        preamble=preamble,
        skip=start,
        rows=tuple(data),
    )


def _whole_lines(head: bytes, *, encoding: str, is_cut: bool) -> list[str]:
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    lines = re.split(r"\r\n|\r|\n", plain_minus(text))
    return lines[:-1] if is_cut else lines
