"""Sensitivity, positive predictivity and false positive rate of EC57, from the matrix of counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecgfuse.ec57.counts import ROWS
from ecgfuse.ec57.mapping import CLASSES

_BEATS = slice(len(CLASSES))
"""Rows, or columns, of the beats: all but O and X."""
_NOT_PENALISED = {"V": ("F", "Q"), "S": ("Q",)}
"""Reference beats that the test may call V, or S, without being right or wrong."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of beats, as a numerator and a denominator."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1, or None where there is nothing to divide by."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, kw_only=True)
class Detection:
    """How well one kind of beat is found."""

    se: Share
    """Sensitivity."""
    ppv: Share
    """Positive predictivity, +P."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The figures of a standard EC57 report."""

    qrs: Detection
    veb: Detection
    veb_fpr: Share
    """Of what the reference does not call a VEB, the share that the test calls one."""
    sveb: Detection


def score(counts: np.ndarray) -> Scores:
    """Scores of one record, or gross scores of the summed counts of several.

    Args:
        counts: (7, 7), as `count_beats` gives them.
    """
    paired = counts[_BEATS, _BEATS].sum()
    false_veb = _false_positives(counts, "V")
    not_veb = [row for row in range(len(ROWS)) if ROWS[row] != "V"]
    not_called_veb = [column for column in range(len(CLASSES)) if CLASSES[column] != "V"]
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
    """Beats that the test calls `name`, but the reference something else, or nothing."""
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


def as_fractions(scores: Scores) -> dict[str, dict[str, float | None]]:
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


def summarise(counts: Sequence[np.ndarray]) -> dict[str, Any]:
    """Aggregate figures of several records: gross weighs every beat alike, average every record.

    The average leaves out the records in which a figure is undefined, as a record without a VEB
    has no VEB sensitivity (EC57; the WFDB program `sumstats`).

    Args:
        counts: one matrix (7, 7) a record, at least one.
    """
    of_records = [as_fractions(score(of_record)) for of_record in counts]
    gross = as_fractions(score(np.sum(counts, axis=0)))
    average = {
        kind: {figure: _mean([record[kind][figure] for record in of_records]) for figure in figures}
        for kind, figures in gross.items()
    }
    return {"gross": gross, "average": average}


def _mean(values: Sequence[float | None]) -> float | None:
    defined = [value for value in values if value is not None]
    return float(np.mean(defined)) if defined else None
