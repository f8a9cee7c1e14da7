"""Signals of a recording at several resolutions, written once and in bounded memory.

A folder holds one file of samples per lead, and the lowest and highest sample of each group of
64, 512, 4,096 and 32,768 samples: a window of any length is drawn from a few thousand values, and
no extreme is lost, as it would be by leaving out samples.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from ecgfuse.serve.analysis.codes import NARROW, WIDE, encode, extremes, fits, widen
from ecgfuse.serve.analysis.growing_array import GrowingArray, read_parts

BUCKETS = (64, 512, 4096, 32768)
"""Samples in each group, level by level."""
BYTES_PER_SAMPLE = NARROW.itemsize * (1 + 2 / 56)
"""Size of a pyramid, without wide values."""
FOLDER = "pyramid"
"""Its name in the folder of a recording."""

_INDEX = "index.json"


@dataclass(frozen=True, kw_only=True)
class PyramidIndex:
    """What a pyramid holds."""

    fs: float
    """Sampling rate in Hz."""
    n_samples: int
    leads: tuple[str, ...]

    @property
    def duration_s(self) -> float:
        """Length of the recording in seconds."""
        return self.n_samples / self.fs


def has_pyramid(folder: Path) -> bool:
    """Whether a pyramid has been written there."""
    return (folder / _INDEX).is_file()


def read_index(folder: Path) -> PyramidIndex:
    """Read what a pyramid holds.

    Raises:
        ValueError: there is none (yet).
    """
    try:
        content = json.loads((folder / _INDEX).read_text())
    except FileNotFoundError:
        raise ValueError(
            "the signals of this recording have not been read yet; wait until its analysis has "
            "passed the stage 'reading'"
        ) from None
    return PyramidIndex(**{**content, "leads": tuple(content["leads"])})


def level_file(folder: Path, *, lead: int, bucket: int) -> Path:
    """File of a lead, counted from 0, with groups of so many samples; 1 for the samples."""
    return folder / f"{lead}.{bucket}.npy"


class PyramidWriter:
    """Writes a pyramid block by block; use it as a context manager, which closes all files.

    The folder appears when the last block has been written, so that nobody sees half of it.

    Args:
        folder: of the pyramid.
        leads: their names.
        fs: sampling rate in Hz.
        part: name by which a writer recognises what it left when it was killed, such as the id of
            the analysis.
    """

    def __init__(self, folder: Path, *, leads: Sequence[str], fs: float, part: str) -> None:
        self._folder = folder
        self._part = folder.with_name(f".{folder.name}.{part}.part")
        self._leads, self._fs, self._n_samples = tuple(leads), fs, 0
        self._writers: list[_LeadWriter] = []

    def __enter__(self) -> "PyramidWriter":
        shutil.rmtree(self._part, ignore_errors=True)
        self._part.mkdir()  # fails if the recording was deleted meanwhile
        self._writers = [_LeadWriter(self._part, lead=i) for i in range(len(self._leads))]
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for writer in self._writers:
                writer.close()
        finally:  # a full disk may show only now
            shutil.rmtree(self._part, ignore_errors=True)

    def add(self, block: np.ndarray) -> None:
        """Add samples (n, n_leads) in mV; NaN where missing."""
        self._n_samples += len(block)
        for column, writer in enumerate(self._writers):
            writer.add(block[:, column])

    def publish(self) -> PyramidIndex:
        """Complete the pyramid and give it its name, unless another process was faster."""
        index = PyramidIndex(fs=self._fs, n_samples=self._n_samples, leads=self._leads)
        for writer in self._writers:
            writer.finish()
        (self._part / _INDEX).write_text(json.dumps(asdict(index), ensure_ascii=False))
        if not has_pyramid(self._folder):
            try:
                self._part.rename(self._folder)
            except OSError:
                if not has_pyramid(self._folder):
                    raise
        return index

    def tee(
        self, blocks: Iterable[np.ndarray], *, column: int, seen: Callable[[int], None]
    ) -> Iterator[np.ndarray]:
        """Add all blocks, and yield one of their columns.

        Args:
            seen: is told the number of samples after each block.
        """
        for block in blocks:
            self.add(block)
            seen(self._n_samples)
            yield block[:, column]


class _LeadWriter:
    """Writes the samples and all levels of one lead.

    It begins with narrow values and converts what is written when the first large one comes.
    """

    def __init__(self, folder: Path, *, lead: int) -> None:
        self._folder, self._lead = folder, lead
        self._files = [self._open(bucket, dtype=NARROW) for bucket in (1, *BUCKETS)]
        self._waiting = [np.empty((0, 1 if level == 0 else 2), NARROW) for level in range(4)]

    @property
    def dtype(self) -> np.dtype:
        return self._files[0].dtype

    def add(self, mv: np.ndarray) -> None:
        """Add samples (n,) in mV."""
        if self.dtype == NARROW and not fits(mv):
            self._convert()
        codes = encode(mv, dtype=self.dtype)
        self._files[0].append(codes)
        self._reduce(codes[:, None], last=False)

    def finish(self) -> None:
        """Write the last, incomplete groups."""
        self._reduce(np.empty((0, 1), self.dtype), last=True)
        self.close()

    def close(self) -> None:
        """Close all files."""
        for file in self._files:
            file.close()

    def _reduce(self, rows: np.ndarray, *, last: bool) -> None:
        """Pass rows through the levels; those of incomplete groups wait, except at the end."""
        below = 1
        for level, bucket in enumerate(BUCKETS):
            joined = np.concatenate([self._waiting[level], rows])
            size = bucket // below
            whole = len(joined) if last else len(joined) // size * size
            rows = extremes(joined[:whole], size=size)
            self._waiting[level] = joined[whole:].copy()  # not a view of the block
            self._files[level + 1].append(rows)
            below = bucket

    def _open(self, bucket: int, *, dtype: np.dtype) -> GrowingArray:
        path = level_file(self._folder, lead=self._lead, bucket=bucket)
        return GrowingArray(path, dtype=dtype, columns=None if bucket == 1 else 2)

    def _convert(self) -> None:
        """Write all files again with wide values."""
        self.close()
        self._waiting = [widen(rows) for rows in self._waiting]
        for number, bucket in enumerate((1, *BUCKETS)):
            path = self._files[number].path
            narrow = path.with_suffix(".narrow")
            path.rename(narrow)
            self._files[number] = self._open(bucket, dtype=WIDE)
            for part in read_parts(narrow):
                self._files[number].append(widen(part))
            narrow.unlink()
