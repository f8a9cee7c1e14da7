"""What the scores owe to single records. Works on the tables of `metrics.score_by_record`."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ecgfuse.records.annotations import CLASSES

MIN_RECORDS = 5
"""With fewer records, drawing them anew says nothing."""

N_RESAMPLES = 2000


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """How far one class rests on the record that holds most of its beats."""

    name: str
    record: str
    beats: int
    total: int
    sensitivity: float
    """Of the class, in all records."""
    sensitivity_without: float
    """Of the class, without that record; NaN if there is no other beat of the class."""

    @property
    def share(self) -> float:
        """Part of the beats of the class that the record holds."""
        return self.beats / self.total


def concentrations(table: pd.DataFrame) -> list[Concentration]:
    """The record with most beats of S, of V and of F; classes without beats are left out."""
    found = []
    for name in CLASSES[1:]:
        beats, correct = table[f"beats_{name}"].to_numpy(), table[f"correct_{name}"].to_numpy()
        if beats.sum() == 0:
            continue
        top = int(beats.argmax())
        others = int(beats.sum() - beats[top])
        found.append(
            Concentration(
                name=name,
                record=str(table["record"].iloc[top]),
                beats=int(beats[top]),
                total=int(beats.sum()),
                sensitivity=float(correct.sum() / beats.sum()),
                sensitivity_without=float((correct.sum() - correct[top]) / others)
                if others
                else float("nan"),
            )
        )
    return found


def errors(table: pd.DataFrame) -> pd.Series:
    """Wrong beats by name of the record, most of them first."""
    wrong = (table["beats"] - table["correct"]).to_numpy()
    by_record = pd.Series(wrong, index=table["record"].astype(str))
    return by_record.sort_values(ascending=False, kind="stable")


def records_with_half_of(by_record: pd.Series) -> int:
    """How many records, most errors first, it takes to have half of all errors."""
    return int(np.searchsorted(by_record.cumsum(), by_record.sum() / 2) + 1)


def macro_f1(counts: np.ndarray) -> np.ndarray:
    """Macro F1 from counts (..., 3, n_classes) of beats, predicted and correct.

    NaN where a class has no beats: it cannot be scored there.
    """
    beats, predicted, correct = np.moveaxis(np.asarray(counts, dtype=np.float64), -2, 0)
    scored = np.divide(
        2 * correct, beats + predicted, out=np.full(correct.shape, np.nan), where=beats > 0
    )
    return scored.mean(axis=-1)


def macro_f1_without(table: pd.DataFrame, *, record: str) -> float:
    """Macro F1 over all records but one; NaN if they lack a class."""
    kept = table[table["record"].astype(str) != record]
    return float(macro_f1(_counts(kept).sum(axis=0)))


def resample_records(tables: Mapping[str, pd.DataFrame], *, seed: int = 0) -> pd.DataFrame:
    """Macro F1 of each fusion if the records had been drawn anew, with replacement.

    Beats of one patient are alike, so the record and not the beat is what is drawn. All fusions
    see the same draws, so that they can be compared draw by draw.

    Args:
        tables: fusion -> one row per record, of the same records.
        seed: of the draws.

    Returns:
        One column per fusion, one row per draw that holds beats of every class. No row at all if
        there are fewer than MIN_RECORDS records.

    Raises:
        ValueError: the fusions were tested on different records.
    """
    names = {fusion: sorted(table["record"].astype(str)) for fusion, table in tables.items()}
    (first, records), *others = names.items()
    for fusion, found in others:
        if found != records:
            raise ValueError(
                f"fusions {first} and {fusion} were tested on different records ({len(records)} "
                f"and {len(found)}, or other names); run 'dvc repro' to test all on the same"
            )
    if len(records) < MIN_RECORDS:
        return pd.DataFrame(columns=list(tables), dtype=np.float64)
    share = np.full(len(records), 1 / len(records))
    draws = np.random.default_rng(seed).multinomial(len(records), share, size=N_RESAMPLES)
    scores = {
        fusion: macro_f1(np.einsum("dr,rkc->dkc", draws, _counts(table)))
        for fusion, table in tables.items()
    }
    return pd.DataFrame(scores).dropna(ignore_index=True)


def _counts(table: pd.DataFrame) -> np.ndarray:
    """(n_records, 3, n_classes): beats, predicted and correct, records in order of name."""
    ordered = table.sort_values("record", key=lambda names: names.astype(str))
    parts = [
        ordered[[f"{part}_{name}" for name in CLASSES]]
        for part in ("beats", "predicted", "correct")
    ]
    return np.stack([part.to_numpy() for part in parts], axis=1)
