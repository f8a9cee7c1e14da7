"""Statements about single records agree with the table of records."""

import numpy as np
import pytest

from ecgfuse.classes import CLASSES
from ecgfuse.evaluate.by_record import (
    concentration,
    describe_records,
    error_table,
    without_same_subject,
)
from ecgfuse.evaluate.metrics import score_by_record

LABELS = np.array([0, 0, 0, 0, 1, 1, 1, 1, 2, 3])
PREDICTED = np.array([0, 0, 0, 1, 1, 1, 1, 0, 2, 3])
NAMES = np.array(["a", "a", "b", "b", "b", "b", "b", "a", "a", "b"])
TABLE = score_by_record(NAMES, LABELS, PREDICTED, classes=CLASSES)


def test_concentration_is_the_share_of_the_record_with_most_beats() -> None:
    assert concentration(TABLE, "S") == {
        "record": "b",
        "beats": 3,
        "total": 4,
        "share": 0.75,
        "sensitivity": 0.75,
        "sensitivity_without": 0.0,
    }


def test_sensitivity_without_the_only_record_of_a_class_is_missing() -> None:
    assert "sensitivity_without" not in concentration(TABLE, "V")


def test_records_with_most_errors_are_counted_up_to_half_of_the_errors() -> None:
    # Errors of five records: 5, 3, 1, 1, 0; half of ten are in the first.
    wrong = np.repeat(["p", "q", "r", "s"], [5, 3, 1, 1])
    records = np.concatenate([wrong, ["p", "q", "r", "s", "t"]])
    labels = np.zeros(len(records), dtype=int)
    predicted = np.where(np.arange(len(records)) < len(wrong), 1, 0)
    table = score_by_record(records, labels, predicted, classes=CLASSES)
    found = describe_records(table, classes=CLASSES)
    assert found == {"tested": 5, "wrong_beats": 10, "with_half_of_wrong": 1}


def test_without_errors_no_record_is_counted() -> None:
    table = score_by_record(NAMES, LABELS, LABELS, classes=CLASSES)
    found = describe_records(table, classes=CLASSES)
    assert (found["wrong_beats"], found["with_half_of_wrong"]) == (0, 0)
    assert set(found) - {"tested", "wrong_beats", "with_half_of_wrong"} == {"S", "V", "F"}


def test_wrong_beats_are_counted_by_record_and_kind_most_first() -> None:
    names = np.array(["b", "a", "b", "a", "b", "b"])
    labels, predicted = np.array([1, 1, 1, 2, 0, 1]), np.array([0, 0, 0, 2, 3, 2])
    table = error_table(names, labels, predicted, classes=CLASSES)
    assert table.to_dict("split")["columns"] == ["record", "actual", "predicted", "beats"]
    assert table.to_numpy().tolist() == [
        ["b", "S", "N", 2],
        ["a", "S", "N", 1],
        ["b", "N", "F", 1],
        ["b", "S", "V", 1],
    ]


def test_error_table_without_errors_has_columns_and_no_row() -> None:
    table = error_table(NAMES, LABELS, LABELS, classes=CLASSES)
    assert list(table.columns) == ["record", "actual", "predicted", "beats"]
    assert table.empty


RECORDS = np.repeat(["100", "202"], 5)
ALL_CLASSES = np.tile([0, 1, 2, 3, 0], 2)


def test_beats_of_the_second_record_of_a_subject_are_left_out() -> None:
    kept = without_same_subject(RECORDS, ALL_CLASSES, classes=CLASSES, database="mitdb")
    assert kept is not None
    assert kept.tolist() == [True] * 5 + [False] * 5


@pytest.mark.parametrize(
    ("records", "labels", "database"),
    [
        (RECORDS, ALL_CLASSES, "incartdb"),
        (np.repeat(["100", "201"], 5), ALL_CLASSES, "mitdb"),
        (RECORDS, np.where((RECORDS == "100") & (ALL_CLASSES == 3), 0, ALL_CLASSES), "mitdb"),
    ],
    ids=["another database", "202 is not tested", "a class is lost"],
)
def test_without_such_a_record_or_a_class_none_is_returned(
    records: np.ndarray, labels: np.ndarray, database: str
) -> None:
    assert without_same_subject(records, labels, classes=CLASSES, database=database) is None
