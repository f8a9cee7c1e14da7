"""The lines of numbers of a table, without remarks and repeated names among them."""

from typing import TextIO

from ecgfuse.recordings.csv.start import is_comment
from ecgfuse.recordings.csv.table import Table, plain_minus

_REMARKS = "#%/!"


class NumberLines:
    """A file from its first line of numbers; can be read by pandas."""

    def __init__(self, file: TextIO, *, table: Table, first: str = "") -> None:
        """Start to read.

        Args:
            file: the file at its first line of numbers.
            first: a line to return before it.
        """
        self._file = file
        self._first = first
        self._header = frozenset(table.header)
        self.has_repeats = False
        """Whether the lines of names were found again so far."""

    def read(self, size: int = -1) -> str:
        """The next lines, of `size` characters or some more; empty at the end."""
        if self._first:
            line, self._first = self._first, ""
            return line
        while text := self._file.read(size):
            if not text.endswith("\n"):
                text += self._file.readline()
            if not text.isascii():
                text = plain_minus(text)
            kept = text if self._is_clean(text) else self._without_words(text)
            if kept:
                return kept
        return ""

    def __iter__(self) -> "NumberLines":
        """Needed by pandas to accept the object as a file."""
        return self

    def __next__(self) -> str:
        raise StopIteration

    def drops(self, line: str) -> bool:
        """Whether a line is not one of numbers."""
        return line.strip() in self._header or (
            line.lstrip()[:1] in tuple(_REMARKS) and is_comment(line)
        )

    def _is_clean(self, text: str) -> bool:
        """Whether no line can be a remark or a header, without a look at each line."""
        return not any(sign in text for sign in _REMARKS) and not any(
            header in text for header in self._header
        )

    def _without_words(self, text: str) -> str:
        kept = []
        for line in text.splitlines(keepends=True):
            if not self.drops(line):
                kept.append(line)
            elif line.strip() in self._header:
                self.has_repeats = True
        return "".join(kept)
