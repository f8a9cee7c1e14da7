"""What results/learning_curve.json holds."""

from typing import TypedDict


class Spread(TypedDict):
    """A score over random choices of patients, or over seeds where all are used."""

    mean: float
    sd: float


class ClassSpread(TypedDict):
    """Scores of one class."""

    f1: Spread


class CurveScores(TypedDict):
    """Scores on one split."""

    macro_f1: Spread
    macro_sensitivity: Spread
    macro_auprc: Spread
    macro_auroc: Spread
    N: ClassSpread
    S: ClassSpread
    V: ClassSpread
    F: ClassSpread


class CurvePoint(CurveScores):
    """Test scores with a number of training patients, and those on the validation patients."""

    valid: CurveScores


LearningCurveResults = dict[str, CurvePoint]
"""Number of training patients -> scores."""
