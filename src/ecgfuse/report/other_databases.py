"""The section on other databases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.results import Interval
from ecgfuse.studies.external.results import (
    ClassIntervals,
    ClassRates,
    ExternalResults,
    ModelOnDatabase,
)
from ecgfuse.studies.external.scores import RATES


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A score and its 95 % interval, as fractions of 1."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ModelRow:
    """One model."""

    model: str
    seeds: int
    cells: list[Cell]
    """Macro F1, then F1, sensitivity and +P of each reported class."""


@dataclass(frozen=True, kw_only=True)
class DatabaseSection:
    """One database."""

    results: ExternalResults
    synthetic: bool
    reported: Sequence[str]
    """Names of the classes that are scored."""
    unreported: str
    """A sentence on the classes that are not; blank if all are."""
    rows: list[ModelRow]
    apart: list[str]
    """Pairs of models that differ in macro F1 beyond the choice of patients, better one first."""


def describe_database(found: ExternalResults) -> DatabaseSection:
    """Build the section of one database."""
    classes = found["classes"]
    reported = [name for name in CLASSES if classes[name]["reported"]]
    others = [
        f"{name} ({classes[name]['beats']:,} beats in {classes[name]['records']:,} records)"
        for name in CLASSES
        if name not in reported
    ]
    return DatabaseSection(
        results=found,
        synthetic=found["data"]["kind"] != "real",
        reported=reported,
        unreported=f" Not scored, since only {found['rule']} are: {', '.join(others)}; such beats "
        "count as errors of the class they are taken for, and a mean with so rare a class would "
        "say nothing."
        if others
        else "",
        rows=[
            ModelRow(model=name, seeds=model["seeds"], cells=_cells(model, reported=reported))
            for name, model in found["models"].items()
        ],
        apart=_apart(found),
    )


def _cells(model: ModelOnDatabase, *, reported: Sequence[str]) -> list[Cell]:
    intervals = model["ci"]
    cells = [_cell(model["macro_f1"], between=intervals["macro_f1"])]
    for name in reported:
        rates = cast(ClassRates, model[name])  # type: ignore[literal-required]
        of_class = cast(ClassIntervals, intervals[name])  # type: ignore[literal-required]
        cells += [
            _cell(rates[rate], between=of_class[rate])  # type: ignore[literal-required]
            for rate in RATES
        ]
    return cells


def _cell(value: float, *, between: Interval) -> Cell:
    return Cell(value=value, low=between["low"], high=between["high"])


def _apart(found: ExternalResults) -> list[str]:
    pairs = []
    for pair, of_pair in found["differences"].items():
        one, other = pair.split("_vs_")
        if of_pair["difference"]["low"] > 0:
            pairs.append(f"{one} over {other}")
        elif of_pair["difference"]["high"] < 0:
            pairs.append(f"{other} over {one}")
    return pairs
