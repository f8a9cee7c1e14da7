"""The progress bar of a download: bytes, rate and an estimated total."""

import threading
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath
from types import TracebackType
from typing import Self

from tqdm import tqdm


class Progress:
    """A bar over the bytes of many files, updated by several threads; silent without a terminal.

    SHA256SUMS.txt has no sizes. The total is estimated from the files already started: those of
    one type, such as .dat, are about equally long.
    """

    def __init__(self, names: Iterable[str], *, title: str) -> None:
        self._counts: dict[str, int] = defaultdict(int)
        for name in names:
            self._counts[PurePosixPath(name).suffix] += 1
        self._sizes: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._lock = threading.Lock()
        self._bar = tqdm(desc=title, unit="B", unit_scale=True, disable=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.close()

    def begin(self, name: str, *, n_present: int, n_bytes: int | None) -> None:
        """A file is started or resumed: `n_present` of its `n_bytes` bytes exist already."""
        with self._lock:
            if name not in self._done and not self._bar.disable:
                self._bar.initial += n_present  # excluded from the rate
            self._done[name] = n_present
            self._sizes[name] = n_present if n_bytes is None else n_bytes
            self._show()

    def advance(self, name: str, *, n_bytes: int) -> None:
        """`n_bytes` more bytes of a file have arrived."""
        with self._lock:
            self._done[name] += n_bytes
            self._show()

    def _show(self) -> None:
        if self._bar.disable:
            return
        self._bar.total = self._estimate_total()
        self._bar.update(sum(self._done.values()) - self._bar.n)

    def _estimate_total(self) -> int:
        known: dict[str, list[int]] = defaultdict(list)
        for name, size in self._sizes.items():
            known[PurePosixPath(name).suffix].append(size)
        return sum(
            sum(sizes) * self._counts[suffix] // len(sizes) for suffix, sizes in known.items()
        )
