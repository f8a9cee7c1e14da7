"""Test results by record: wrong beats, and what the rare classes depend on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypedDict

import pandas as pd

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.results import Concentration, ModelScores, RecordsSummary

RARE: tuple[Literal["S", "V", "F"], ...] = ("S", "V", "F")
"""The classes other than N."""
_SHOWN_LOSSES = 12


class Loss(TypedDict):
    """Wrong beats of one kind in one record."""

    record: str
    actual: str
    predicted: str
    beats: int
    share: float
    """Of all test beats of the actual class."""


@dataclass(frozen=True, kw_only=True)
class RecordRow:
    """One record and the predictions of one fusion for it."""

    record: str
    beats: int
    accuracy: float
    wrong: int
    of_class: Mapping[str, int]
    """Class -> its beats."""
    sensitivity: Mapping[str, float]
    """Rare class -> sensitivity, NaN without beats of the class."""
    ppv: Mapping[str, float]
    """Rare class -> positive predictive value, NaN if it was never predicted."""


@dataclass(frozen=True, kw_only=True)
class ErrorRow:
    """One record and the wrong beats of all fusions."""

    record: RecordRow
    """Of the best fusion."""
    wrong: Mapping[str, int]
    """Fusion -> wrong beats."""


@dataclass(frozen=True, kw_only=True)
class RecordsSection:
    """The section "Record by record"."""

    sentences: list[str]
    concentrations: Mapping[str, Concentration]
    """Rare class -> the record with most of its beats."""
    errors: list[ErrorRow]
    """Records with most errors of the best fusion first."""
    losses: list[Loss]
    tables: Mapping[str, list[RecordRow]]
    """Fusion -> its records, most errors first."""


def describe_records(
    tables: Mapping[str, pd.DataFrame],
    *,
    best: str,
    summary: RecordsSummary,
    errors: pd.DataFrame,
    scores: ModelScores,
) -> RecordsSection:
    """Build the section.

    Args:
        tables: fusion -> table of `metrics.score_by_record`.
        best: the fusion with the highest macro F1.
        summary: by_record of its results.
        errors: table of `evaluate.by_record.error_table` for it.
        scores: its test scores.
    """
    by_fusion = {fusion: record_rows(table) for fusion, table in tables.items()}
    wrong = {fusion: {row.record: row.wrong for row in rows} for fusion, rows in by_fusion.items()}
    return RecordsSection(
        sentences=summarise_records(summary),
        concentrations={name: summary[name] for name in RARE if name in summary},
        errors=[
            ErrorRow(record=row, wrong={fusion: wrong[fusion][row.record] for fusion in tables})
            for row in by_fusion[best]
        ],
        losses=largest_losses(
            errors,
            supports={name: scores[name]["support"] for name in CLASSES},
            n_rows=_SHOWN_LOSSES,
        ),
        tables=by_fusion,
    )


def record_rows(table: pd.DataFrame) -> list[RecordRow]:
    """One row per record, most errors first.

    Args:
        table: as `metrics.score_by_record` returns it, or as read from its CSV.
    """
    rows = [
        RecordRow(
            record=str(row["record"]),
            beats=int(row["beats"]),
            accuracy=float(row["accuracy"]),
            wrong=int(row["beats"] - row["correct"]),
            of_class={name: int(row[f"beats_{name}"]) for name in CLASSES},
            sensitivity={name: float(row[f"sensitivity_{name}"]) for name in RARE},
            ppv={name: float(row[f"ppv_{name}"]) for name in RARE},
        )
        for row in table.to_dict("records")
    ]
    return sorted(rows, key=lambda row: -row.wrong)


def largest_losses(errors: pd.DataFrame, *, supports: Mapping[str, int], n_rows: int) -> list[Loss]:
    """The kinds of error that cost most beats.

    Args:
        errors: as `evaluate.by_record.error_table` returns it, of one fusion.
        supports: class -> number of its test beats.
        n_rows: rows to keep, at most.
    """
    largest = errors.sort_values("beats", ascending=False, kind="stable").head(n_rows)
    return [
        {
            "record": str(row["record"]),
            "actual": str(row["actual"]),
            "predicted": str(row["predicted"]),
            "beats": int(row["beats"]),
            "share": float(row["beats"] / supports[row["actual"]]),
        }
        for row in largest.to_dict("records")
    ]


def summarise_records(summary: RecordsSummary) -> list[str]:
    """Sentences on how few records hold the beats of a class, and the errors.

    Args:
        summary: by_record of the results of a model.
    """
    sentences = [
        f"Record {found['record']} holds {found['beats']:,} of the {found['total']:,} {name} beats "
        f"({100 * found['share']:.0f} %)."
        for name in RARE
        if (found := summary.get(name))
    ]
    if summary["wrong_beats"] > 0:
        half = summary["with_half_of_wrong"]
        hold = "holds" if half == 1 else "hold"
        sentences.append(
            f"{half} of {summary['tested']} records {hold} at least half of the "
            f"{summary['wrong_beats']:,} wrong beats."
        )
    return sentences
