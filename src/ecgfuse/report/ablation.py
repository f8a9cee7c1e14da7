"""The tables of an ablation."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.report.figures import data_uri
from ecgfuse.report.studies import Ablation


@dataclass(frozen=True, kw_only=True)
class AblationRow:
    """One row of an ablation, scores as fractions."""

    name: str
    asks: str
    macro_f1: float
    macro_auprc: float
    f1: Mapping[str, float]
    """By class."""


@dataclass(frozen=True, kw_only=True)
class AblationSection:
    """Settings cross-validated within DS1."""

    rows: list[AblationRow]
    figure: str


def describe_ablation(ablation: Ablation) -> AblationSection:
    """Build the section.

    Raises:
        ValueError: the figure is missing.
    """
    return AblationSection(rows=ablation_rows(ablation.table), figure=data_uri(ablation.figure))


def ablation_rows(table: pd.DataFrame) -> list[AblationRow]:
    """One row per experiment.

    Args:
        table: as `ablation.table.results_table` returns it.
    """
    return [
        AblationRow(
            name=str(row["row"]),
            asks=str(row["asks"]),
            macro_f1=float(row["macro_f1"]),
            macro_auprc=float(row["macro_auprc"]),
            f1={name: float(row[f"f1_{name}"]) for name in CLASSES},
        )
        for row in table.to_dict("records")
    ]
