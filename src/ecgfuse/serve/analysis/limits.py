"""What one analysis may take: time, and memory, which bounds the length of a recording."""

from dataclasses import dataclass
from pathlib import Path

from ecgfuse.serve.settings import Settings

LINE_BYTES = 2**20
"""Longest line of a table; reading takes several times as much memory."""

_BASE_BYTES = 512 * 2**20
"""Memory of a process that analyses a short recording."""
_BYTES_PER_SECOND = 360 * 26
"""Memory of an analysis per second of its recording: 22 bytes per sample at 360 Hz were measured,
whatever the number of leads, of 25 that were asked for."""
_NO_LIMIT = float("inf")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of one analysis."""

    seconds: float = _NO_LIMIT
    """Longest time that it may take."""
    recording_s: float = _NO_LIMIT
    """Longest recording."""

    def require_length(self, duration_s: float, *, path: Path) -> None:
        """Refuse a recording that is too long.

        Args:
            duration_s: its length, or that of the part read so far.
            path: its main file.

        Raises:
            ValueError: it is longer than the limit.
        """
        if duration_s > self.recording_s:
            raise ValueError(
                f"{path}: is longer than {self.recording_s / 3600:,.0f} hours, the longest "
                "recording for which an analysis has memory; cut it into shorter recordings, or "
                "ask the administrator for more (--job-memory-gb)"
            )


def limits_of(settings: Settings) -> Limits:
    """The limits that the settings make."""
    memory = settings.job_memory_bytes - _BASE_BYTES
    return Limits(
        seconds=60 * settings.job_minutes, recording_s=max(0.0, memory / _BYTES_PER_SECOND)
    )


def require_short_lines(path: Path) -> None:
    """Refuse a table with a line that would take all memory.

    Raises:
        ValueError: there is such a line; the message tells which.
    """
    line, so_far = 1, 0
    with path.open("rb") as file:
        while block := file.read(LINE_BYTES):
            ends = [place for place in map(block.find, (b"\n", b"\r")) if place >= 0]
            so_far += min(ends, default=len(block))
            if so_far > LINE_BYTES:
                raise ValueError(
                    f"{path}: line {line:,} is longer than {LINE_BYTES:,} bytes; write the table "
                    "with one line per sample, or copy the file again"
                )
            if ends:
                so_far = len(block) - 1 - max(map(block.rfind, (b"\n", b"\r")))
                line += block.count(b"\n")
