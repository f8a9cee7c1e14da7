"""Read whole recordings, and damage files."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.recording import BLOCK


def read(
    path: Path,
    *,
    leads: Sequence[str] | None = None,
    fs: float | None = None,
    units: str | None = None,
) -> np.ndarray:
    """Named leads, or all, (n_samples, n_leads); the form of each block is checked."""
    recording = open_recording(path, fs=fs, units=units)
    leads = recording.leads if leads is None else leads
    blocks = list(recording.read_blocks(leads))
    for block in blocks:
        assert block.dtype == np.float32
        assert block.shape[1] == len(leads)
        assert 1 <= len(block) <= BLOCK
    signals = np.concatenate(blocks)
    assert recording.n_samples in (None, len(signals))
    return signals


def edit(path: Path, old: str, new: str, *, count: int = -1) -> None:
    """Replace text in a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, count))


def overwrite(path: Path, at: int, value: bytes) -> None:
    """Replace bytes in a file."""
    content = bytearray(path.read_bytes())
    content[at : at + len(value)] = value
    path.write_bytes(content)
