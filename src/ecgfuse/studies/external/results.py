"""What results/NAME.json of a database holds. Every score is a fraction of 1."""

from typing import NotRequired, TypedDict

from ecgfuse.evaluate.results import Interval, PairedDifference


class DatabaseDescription(TypedDict):
    """What was tested, what was assumed about it, and what was left out."""

    database: str
    kind: str
    """"real" or "synthetic"."""
    records: int
    uncalibrated_records: int
    """Records whose header has no gain; the default of the format is assumed."""
    beats: int
    """Beats that are scored."""
    unused_beats: int
    """Annotated beats outside the classes, or too close to an end of the recording."""
    left_out_beats: int
    """Annotated beats outside the signal, or at the same sample as another one."""


class ClassCounts(TypedDict):
    """How often a class occurs, and whether that is enough to score it."""

    beats: int
    records: int
    """Records with at least one such beat."""
    reported: bool


class ClassRates(TypedDict):
    """Scores of one class against all other beats, those of classes not reported included."""

    f1: float
    sensitivity: float
    ppv: float


class ClassIntervals(TypedDict):
    """95 % intervals of these."""

    f1: Interval
    sensitivity: Interval
    ppv: Interval


class ModelIntervals(TypedDict):
    """95 % intervals over draws of the records, of the mean over the seeds."""

    macro_f1: Interval
    N: NotRequired[ClassIntervals]
    S: NotRequired[ClassIntervals]
    V: NotRequired[ClassIntervals]
    F: NotRequired[ClassIntervals]


class ModelOnDatabase(TypedDict):
    """One model: means over its seeds. A class that is not reported is missing."""

    seeds: int
    macro_f1: float
    """Mean over the reported classes."""
    macro_f1_sd: float
    """Sample standard deviation over the seeds; 0 for a single one."""
    ci: ModelIntervals
    N: NotRequired[ClassRates]
    S: NotRequired[ClassRates]
    V: NotRequired[ClassRates]
    F: NotRequired[ClassRates]


class ExternalResults(TypedDict):
    """results/NAME.json."""

    data: DatabaseDescription
    rule: str
    """When a class is reported."""
    classes: dict[str, ClassCounts]
    draws: int
    """Draws of the records that have all reported classes."""
    models: dict[str, ModelOnDatabase]
    differences: dict[str, PairedDifference]
    """"A_vs_B": macro F1 of A minus that of B on the same draws."""
