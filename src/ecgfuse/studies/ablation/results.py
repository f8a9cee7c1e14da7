"""What results.json of an ablation holds."""

from typing import TypedDict


class FlatScores(TypedDict):
    """Cross-validated scores of a row by flat name."""

    macro_f1: float
    macro_sensitivity: float
    macro_auprc: float
    macro_auroc: float
    f1_N: float
    f1_S: float
    f1_V: float
    f1_F: float
    auprc_N: float
    auprc_S: float
    auprc_V: float
    auprc_F: float


class RowResults(FlatScores):
    """One row of the grid."""

    settings: str
    """What differs from the default, separated by blanks."""


AblationResults = dict[str, RowResults]
"""Name of the row -> its results."""
