"""How much the scores depend on single records."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ecgfuse.datasets.splits import SAME_SUBJECT
from ecgfuse.evaluate.results import Concentration


def describe_records(
    table: pd.DataFrame, *, classes: Sequence[str]
) -> dict[str, int | Concentration]:
    """How far errors and rare classes depend on few records.

    Args:
        table: as `metrics.score_by_record` returns it.
        classes: names of the classes, the normal one first.

    Returns:
        {"tested", "wrong_beats", "with_half_of_wrong"}: number of records, number of wrong beats,
        and how many records, most errors first, hold half of them; and for each class but the first
        that has beats, what `concentration` returns.
    """
    wrong = np.sort((table["beats"] - table["correct"]).to_numpy())[::-1]
    half = int(np.searchsorted(wrong.cumsum(), wrong.sum() / 2) + 1) if wrong.any() else 0
    return {
        "tested": len(table),
        "wrong_beats": int(wrong.sum()),
        "with_half_of_wrong": half,
        **{
            name: concentration(table, name) for name in classes[1:] if table[f"beats_{name}"].any()
        },
    }


def concentration(table: pd.DataFrame, name: str) -> Concentration:
    """The record with most beats of a class.

    Args:
        table: as `metrics.score_by_record` returns it.
        name: of a class that has beats.

    Returns:
        {"record", "beats", "total", "share", "sensitivity", "sensitivity_without"}: the record, its
        beats of the class among all, and the sensitivity with and without it; the last is missing
        if no other record has beats of the class.
    """
    beats, correct = table[f"beats_{name}"].to_numpy(), table[f"correct_{name}"].to_numpy()
    top, total = int(beats.argmax()), int(beats.sum())
    found: Concentration = {
        "record": str(table["record"].iloc[top]),
        "beats": int(beats[top]),
        "total": total,
        "share": float(beats[top] / total),
        "sensitivity": float(correct.sum() / total),
    }
    if others := total - beats[top]:
        found["sensitivity_without"] = float((correct.sum() - correct[top]) / others)
    return found


def error_table(
    records: np.ndarray, labels: np.ndarray, predicted: np.ndarray, *, classes: Sequence[str]
) -> pd.DataFrame:
    """Count the wrong beats of each record by actual and predicted class.

    Args:
        records: (n_beats,), the name of each beat's record.
        labels: (n_beats,) int, indices into `classes`.
        predicted: the same of the predictions.

    Returns:
        Columns record, actual, predicted (names of classes) and beats; one row per kind of error
        in a record, most beats first, then by record and kind.
    """
    names, wrong = np.array(classes), labels != predicted
    table = pd.DataFrame(
        {
            "record": np.asarray(records)[wrong].astype(str),
            "actual": names[labels[wrong]],
            "predicted": names[predicted[wrong]],
        }
    )
    counted = table.groupby(list(table.columns)).size().reset_index(name="beats")
    return counted.sort_values("beats", ascending=False, kind="stable", ignore_index=True)


def without_same_subject(
    records: np.ndarray, labels: np.ndarray, *, classes: Sequence[str], database: str
) -> np.ndarray | None:
    """The test beats outside record 202, which is of the same person as record 201 of DS1.

    Args:
        records: (n_beats,), the name of each beat's record.
        labels: (n_beats,) int, indices into `classes`.
        database: the pair is known for mitdb only.

    Returns:
        (n_beats,) bool; None if 202 is not tested, or a class is lost without it.
    """
    _, tested = SAME_SUBJECT
    kept = records != tested
    if database != "mitdb" or kept.all() or len(np.unique(labels[kept])) < len(classes):
        return None
    return kept
