"""What results/detectors.json holds."""

from typing import TypedDict

from ecgfuse.qrs.timing import Timing


class DetectorScores(Timing):
    """One detector on one half of the database."""

    se: float | None
    """Sensitivity, gross."""
    ppv: float | None
    """Positive predictivity, gross."""
    missed: int
    extra: int
    """Detections without a reference beat, outside flutter and fibrillation of the reference."""
    beats: int
    """Of the reference."""
    records_failed: int
    """Records in which nothing was found."""
    average_se: float | None
    average_ppv: float | None


class DetectorResults(TypedDict):
    """One detector."""

    library: str
    ds1: DetectorScores
    ds2: DetectorScores


class DetectorsResults(TypedDict):
    """All of the file."""

    chosen: str
    """The detector that annotates recordings."""
    detectors: dict[str, DetectorResults]
