"""Summary of an annotated recording, for its page and for JSON."""

from typing import TypedDict, final


class Run(TypedDict):
    """Consecutive beats of one class."""

    name: str
    """Class: S or V; abnormal of models of single beats."""
    start_s: float
    """Time of the first beat."""
    beats: int
    rate: float
    """Mean rate over the run in beats per minute; NaN for an isolated beat."""


class BeatSummary(TypedDict):
    """Summary of a table of beats. None where nothing can be computed."""

    duration_s: float
    beats: int
    counts: dict[str, int]
    """Beats by class, Q included."""
    burden: dict[str, float | None]
    """Fraction of each class but N among the classified beats."""
    flags: dict[str, int]
    """Reason -> number of beats that are unclassified for it."""
    ectopy: dict[str, dict[str, int]]
    """For each class of `Run.name`: single, couplets, runs and longest_run_beats."""
    runs: list[Run]
    """Longest first."""
    heart_rate: dict[str, float | None]
    """Beats per minute: mean, lowest and highest, and the times of these, lowest_at_s and
    highest_at_s."""
    longest_rr_s: float | None
    pauses: list[dict[str, float]]
    """start_s and rr_s of each pause, longest first."""
    hours: list[dict[str, float | None]]
    """start_s, beats by class and heart_rate of each hour."""


class LeadSource(TypedDict):
    """Where a lead of a table was found."""

    column: int
    """From 1."""
    unit: str
    unit_from: str
    """Such as "the column name", "--units" or "assumed"."""
    fs_from: str
    """Such as "--fs" or "column 1 (time)"."""


class RecordingSummary(BeatSummary):
    """Summary of a recording and of how it was annotated."""

    recording: str
    path: str
    lead: str
    lead_from: LeadSource | None
    """None for formats that name lead, unit and rate themselves (WFDB, EDF, BDF)."""
    fs: float
    """Sampling rate of the file in Hz."""
    model: str
    model_sha256: str
    beats_from: str
    """detect, or the extension of the annotation files with the R peaks."""
    version: str
    start: str | None
    """Date and time of the first sample, ISO 8601, if known."""
    without_signal_s: dict[str, float]
    """Reason -> seconds without a usable signal."""
    warnings: list[str]


@final
class AnnotatedFile(RecordingSummary):
    """Summary of a recording, with the files written for it."""

    files: list[str]
