"""What the scores owe to single records."""

from typing import Any

import numpy as np
import pandas as pd

from ecgfuse.datasets.splits import SAME_SUBJECT
from ecgfuse.records.annotations import CLASSES


def describe_records(table: pd.DataFrame) -> dict[str, Any]:
    """How far errors and rare classes rest on few records.

    Args:
        table: as `metrics.score_by_record` gives it.

    Returns:
        {"tested", "wrong_beats", "with_half_of_wrong"}: records, wrong beats, and how many records
        it takes, most errors first, to have half of them; and for S, V and F what `concentration`
        gives, where there are beats.
    """
    wrong = np.sort((table["beats"] - table["correct"]).to_numpy())[::-1]
    half = int(np.searchsorted(wrong.cumsum(), wrong.sum() / 2) + 1) if wrong.any() else 0
    return {
        "tested": len(table),
        "wrong_beats": int(wrong.sum()),
        "with_half_of_wrong": half,
        **{
            name: concentration(table, name) for name in CLASSES[1:] if table[f"beats_{name}"].any()
        },
    }


def concentration(table: pd.DataFrame, name: str) -> dict[str, Any]:
    """The record that holds most beats of a class.

    Returns:
        {"record", "beats", "total", "share", "sensitivity", "sensitivity_without"}: the record, its
        beats of the class among all, and the sensitivity with and without it; the last is missing
        where no other record has such beats.
    """
    beats, correct = table[f"beats_{name}"].to_numpy(), table[f"correct_{name}"].to_numpy()
    top, total = int(beats.argmax()), int(beats.sum())
    found = {
        "record": str(table["record"].iloc[top]),
        "beats": int(beats[top]),
        "total": total,
        "share": float(beats[top] / total),
        "sensitivity": float(correct.sum() / total),
    }
    if others := total - beats[top]:
        found["sensitivity_without"] = float((correct.sum() - correct[top]) / others)
    return found


def error_table(records: np.ndarray, labels: np.ndarray, predicted: np.ndarray) -> pd.DataFrame:
    """Count the wrong beats of each record by what they are and what they were taken for.

    Args:
        records: (n_beats,), the name of each beat's record.
        labels, predicted: (n_beats,) int, indices into CLASSES.

    Returns:
        Columns record, actual, predicted (letters of classes) and beats; one row for each kind of
        error that a record has, most beats first, then by record and kind.
    """
    letters, wrong = np.array(CLASSES), labels != predicted
    table = pd.DataFrame(
        {
            "record": np.asarray(records)[wrong].astype(str),
            "actual": letters[labels[wrong]],
            "predicted": letters[predicted[wrong]],
        }
    )
    counted = table.groupby(list(table.columns)).size().reset_index(name="beats")
    return counted.sort_values("beats", ascending=False, kind="stable", ignore_index=True)


def without_same_subject(
    records: np.ndarray, labels: np.ndarray, *, database: str
) -> np.ndarray | None:
    """The test beats that are not of record 202, whose person is also record 201 of DS1.

    Args:
        records: (n_beats,) names of the tested records.
        labels: (n_beats,) int, indices into CLASSES.
        database: the pair is known for mitdb alone.

    Returns:
        (n_beats,) bool; None where 202 is not tested, or a class is lost without it.
    """
    _, tested = SAME_SUBJECT
    kept = records != tested
    if database != "mitdb" or kept.all() or len(np.unique(labels[kept])) < len(CLASSES):
        return None
    return kept
