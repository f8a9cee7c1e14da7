"""What the results files hold: results/NAME.json of one model, and results/comparison.json.

`collect` and `comparison` write them; the report reads them. Every score is a fraction of 1. No
lists, since DVC silently drops lists from metrics.
"""

from typing import NotRequired, TypedDict


class ClassRates(TypedDict):
    """Scores of one class against the rest."""

    sensitivity: float
    ppv: float
    f1: float
    auprc: float
    auroc: float


class ClassScores(ClassRates):
    """The same with the number of beats of the class."""

    support: int


class MacroScores(TypedDict):
    """Unweighted means over the classes, and the accuracy."""

    macro_f1: float
    macro_sensitivity: float
    macro_auprc: float
    macro_auroc: float
    accuracy: float


class ModelScores(MacroScores):
    """As `metrics.score` returns them for the four classes of the pipeline."""

    N: ClassScores
    S: ClassScores
    V: ClassScores
    F: ClassScores


class ModelSpread(MacroScores):
    """Sample standard deviation of each score over the seeds."""

    N: ClassRates
    S: ClassRates
    V: ClassRates
    F: ClassRates


class SeedSummary(TypedDict):
    """As `metrics.summarise` returns it for the four classes of the pipeline."""

    mean: ModelScores
    sd: ModelSpread
    ensemble: ModelScores


class DataDescription(TypedDict):
    """Which data the model was tested on."""

    database: str
    kind: str
    """"real" or "synthetic"."""
    test_beats: int
    unused_test_beats: int
    """Annotated test beats outside the classes, or too close to an end of the recording."""
    valid_beats: int


class Interval(TypedDict):
    """Percentile interval over the draws of test records."""

    low: float
    high: float


class ClassIntervals(TypedDict):
    """Intervals of one class."""

    f1: Interval


class ScoreIntervals(TypedDict):
    """95 % intervals of the mean over the seeds."""

    draws: int
    macro_f1: Interval
    macro_sensitivity: Interval
    macro_auprc: Interval
    macro_auroc: Interval
    N: ClassIntervals
    S: ClassIntervals
    V: ClassIntervals
    F: ClassIntervals


class CalibrationErrors(TypedDict):
    """Expected calibration error of the predicted class ("ece"), and of each class."""

    ece: float
    N: float
    S: float
    V: float
    F: float


class SplitCalibration(TypedDict):
    """Calibration on one split."""

    mean: CalibrationErrors
    ensemble: CalibrationErrors


class Calibration(TypedDict):
    """Calibration on both splits; "ece" is that of the predicted class, test split, seed mean."""

    ece: float
    bins: int
    test: SplitCalibration
    valid: SplitCalibration


class Concentration(TypedDict):
    """The test record with most beats of a class."""

    record: str
    beats: int
    total: int
    """Beats of the class in all test records."""
    share: float
    sensitivity: float
    sensitivity_without: NotRequired[float]
    """Missing where no other record has beats of the class."""


class RecordsSummary(TypedDict):
    """How far errors and rare classes depend on few records."""

    tested: int
    wrong_beats: int
    with_half_of_wrong: int
    S: NotRequired[Concentration]
    V: NotRequired[Concentration]
    F: NotRequired[Concentration]


class EvaluationResults(TypedDict):
    """results/NAME.json: all results of one model."""

    data: DataDescription
    seeds: int
    test: ModelScores
    """Mean over the seeds."""
    test_sd: ModelSpread
    test_ensemble: ModelScores
    test_ci: ScoreIntervals
    test_without_202: NotRequired[SeedSummary]
    """Missing where record 202 is not tested, or a class is lost without it."""
    valid: ModelScores
    valid_sd: ModelSpread
    calibration: Calibration
    by_record: RecordsSummary
    always_n: ModelScores
    """Scores of calling every beat N."""


class Difference(TypedDict):
    """Difference of two scores over the draws of test records, with its 95 % interval."""

    mean: float
    low: float
    high: float


class PairedDifference(TypedDict):
    """As `comparison.paired_difference` returns it."""

    probability_better: float
    difference: Difference


class PairScores(TypedDict):
    """One network against another."""

    macro_f1: PairedDifference
    macro_auprc: PairedDifference


class PairComparison(PairScores):
    """The same with all test records, and without record 202."""

    without_202: NotRequired[PairScores]


class ComparedNetwork(TypedDict):
    """One of the compared networks: what it reads, and its scores as means over the seeds."""

    n_signal_rows: int
    length: int
    n_rr: int
    n_morphology: int
    seeds: int
    macro_f1: float
    macro_auprc: float


class ComparisonResults(TypedDict):
    """metrics/comparison.json."""

    networks: dict[str, ComparedNetwork]
    """By name; sizes are 0 for what a network does not read."""
    draws: int
    pairs: dict[str, PairComparison]
    """"A_vs_B" -> comparison of network A with network B, for all pairs."""
