"""What a job analyses, and what is known of a recording after it."""

from dataclasses import dataclass, field
from pathlib import Path

from ecgfuse.serve.analysis.limits import Limits


@dataclass(frozen=True, kw_only=True)
class RecordingJob:
    """What to analyse, and where its results go."""

    part: str
    """Name of this attempt, for files that are not complete."""
    name: str
    """What the person calls the recording."""
    path: Path
    """Main file of the recording."""
    pyramid: Path
    """Folder of the signals, written if it is missing."""
    folder: Path
    """Of the result; it exists."""
    lead: str | None = None
    """Name of the lead, or its number from 1; None chooses the one closest to the training lead."""
    fs: float | None = None
    """Sampling rate in Hz by the person."""
    units: str | None = None
    """Unit by the person."""
    limits: Limits = field(default_factory=Limits)
    """Of the analysis."""
    has_reference: bool = False
    """Whether there are reference annotations beside the main file."""


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """What is known of a recording after its analysis."""

    fs: float | None
    """Sampling rate in Hz; None for single beats."""
    n_samples: int
    """Rows of single beats."""
    leads: tuple[str, ...]
    """Those that are shown."""
    warnings: tuple[str, ...] = ()
    """About the recording, whatever the lead."""
