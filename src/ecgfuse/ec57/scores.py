"""Sensitivity, positive predictivity and false positive rate of EC57, from the matrix of counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.ec57.counts import ROWS
from ecgfuse.ec57.results import EC57Figures, EC57Summary, Figure

_BEATS = slice(len(EC57_CLASSES))
"""Rows or columns of beats: all but O and X."""
_NOT_PENALISED = {"V": ("F", "Q"), "S": ("Q",)}
"""Reference classes for which a test label V, or S, is neither right nor wrong."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A fraction of beats, as numerator and denominator."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1, or None if the denominator is 0."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, kw_only=True)
class Detection:
    """Detection performance for one kind of beat."""

    se: Share
    """Sensitivity."""
    ppv: Share
    """Positive predictivity, +P."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The scores of a standard EC57 report."""

    qrs: Detection
    veb: Detection
    veb_fpr: Share
    """VEB false positive rate: the fraction of reference non-VEB that the test labels VEB."""
    sveb: Detection


def score(counts: np.ndarray) -> Scores:
    """Scores of one record, or gross scores of the summed counts of several.

    Args:
        counts: (7, 7), as `count_beats` returns.
    """
    paired = counts[_BEATS, _BEATS].sum()
    false_veb = _false_positives(counts, "V")
    not_veb = [row for row in range(len(ROWS)) if ROWS[row] != "V"]
    not_called_veb = [column for column in range(len(EC57_CLASSES)) if EC57_CLASSES[column] != "V"]
    true_negatives = counts[np.ix_(not_veb, not_called_veb)].sum()
    return Scores(
        qrs=Detection(
            se=_share(paired, counts[_BEATS].sum()), ppv=_share(paired, counts[:, _BEATS].sum())
        ),
        veb=_detection(counts, "V"),
        veb_fpr=_share(false_veb, false_veb + true_negatives),
        sveb=_detection(counts, "S"),
    )


def _false_positives(counts: np.ndarray, name: str) -> int:
    """Beats labelled `name` by the test, but otherwise, or not at all, by the reference."""
    free = (name, *_NOT_PENALISED[name])
    rows = [index for index, row in enumerate(ROWS) if row not in free]
    return int(counts[rows, ROWS.index(name)].sum())


def _detection(counts: np.ndarray, name: str) -> Detection:
    index = ROWS.index(name)
    hits = counts[index, index]
    return Detection(
        se=_share(hits, counts[index].sum()),
        ppv=_share(hits, hits + _false_positives(counts, name)),
    )


def _share(part: int, whole: int) -> Share:
    return Share(part=int(part), whole=int(whole))


def as_fractions(scores: Scores) -> EC57Figures:
    """The scores as fractions of one, None where undefined."""
    return {
        "qrs": {"se": scores.qrs.se.value, "ppv": scores.qrs.ppv.value},
        "veb": {
            "se": scores.veb.se.value,
            "ppv": scores.veb.ppv.value,
            "fpr": scores.veb_fpr.value,
        },
        "sveb": {"se": scores.sveb.se.value, "ppv": scores.sveb.ppv.value},
    }


def summarise(counts: Sequence[np.ndarray]) -> EC57Summary:
    """Aggregate figures of several records: gross weighs every beat alike, average every record.

    The average leaves out the records in which a figure is undefined, as a record without a VEB
    has no VEB sensitivity (EC57; the WFDB program `sumstats`).

    Args:
        counts: one matrix (7, 7) a record, at least one.
    """
    of_records = [as_fractions(score(of_record)) for of_record in counts]
    return {"gross": as_fractions(score(np.sum(counts, axis=0))), "average": _average(of_records)}


def _average(records: Sequence[EC57Figures]) -> EC57Figures:
    def mean(kind: Literal["qrs", "veb", "sveb"], figure: Literal["se", "ppv"]) -> Figure:
        return _mean([record[kind][figure] for record in records])

    return {
        "qrs": {"se": mean("qrs", "se"), "ppv": mean("qrs", "ppv")},
        "veb": {
            "se": mean("veb", "se"),
            "ppv": mean("veb", "ppv"),
            "fpr": _mean([record["veb"]["fpr"] for record in records]),
        },
        "sveb": {"se": mean("sveb", "se"), "ppv": mean("sveb", "ppv")},
    }


def _mean(values: Sequence[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return float(np.mean(defined)) if defined else None
