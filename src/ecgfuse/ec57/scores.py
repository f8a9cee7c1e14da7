"""Sensitivity, positive predictivity and false positive rate of EC57, from the matrix of counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ecgfuse.classes import EC57_CLASSES
from ecgfuse.ec57.counts import ROWS
from ecgfuse.ec57.results import EC57Figures, EC57Summary

_BEATS = slice(len(EC57_CLASSES))
"""Rows or columns of beats: all but O and X."""
_NOT_PENALISED = {"V": ("F", "Q"), "S": ("Q",)}
"""Reference classes for which a test label V, or S, is neither right nor wrong."""
_NOT_PENALISED_BY_SUMSTATS = {"V": ("F", "Q"), "S": ("F", "Q")}
"""The same in the aggregate lines of `sumstats`, which reads only the sum of Fs and Qs."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """A fraction of beats, or of records, as numerator and denominator."""

    part: int | float | Fraction
    """Number of beats; in an average, the sum of the figures of the records."""
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1, or None if the denominator is 0."""
        return float(self.part / self.whole) if self.whole else None

    def percent(self, digits: int) -> str:
        """In percent, rounded as by `bxb`; "-" if undefined.

        There is one division, so that 87 of 160 are 54.375 exactly; such a half is rounded to the
        even digit, as by printf.
        """
        return f"{float(100 * self.part / self.whole):.{digits}f}" if self.whole else "-"


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


@dataclass(frozen=True, kw_only=True)
class Summary:
    """Aggregate scores of several records."""

    gross: Scores
    """All beats weigh the same."""
    average: Scores
    """All records weigh the same; a record in which a figure is undefined is left out."""


def score(counts: np.ndarray) -> Scores:
    """Scores of one record, or gross scores of the summed counts of several.

    Args:
        counts: (7, 7), as `count_beats` returns.
    """
    return _score(counts, not_penalised=_NOT_PENALISED)


def _score(counts: np.ndarray, *, not_penalised: Mapping[str, Sequence[str]]) -> Scores:
    paired = counts[_BEATS, _BEATS].sum()
    false_veb, false_sveb = (
        _false_positives(counts, name, free=not_penalised[name]) for name in ("V", "S")
    )
    not_veb = [row for row in range(len(ROWS)) if ROWS[row] != "V"]
    not_called_veb = [column for column in range(len(EC57_CLASSES)) if EC57_CLASSES[column] != "V"]
    true_negatives = counts[np.ix_(not_veb, not_called_veb)].sum()
    return Scores(
        qrs=Detection(
            se=_share(paired, counts[_BEATS].sum()), ppv=_share(paired, counts[:, _BEATS].sum())
        ),
        veb=_detection(counts, "V", false_positives=false_veb),
        veb_fpr=_share(false_veb, false_veb + true_negatives),
        sveb=_detection(counts, "S", false_positives=false_sveb),
    )


def _false_positives(counts: np.ndarray, name: str, *, free: Sequence[str]) -> int:
    """Beats labelled `name` by the test, but otherwise, or not at all, by the reference.

    Args:
        free: classes of the reference that are not false positives.
    """
    rows = [index for index, row in enumerate(ROWS) if row not in (name, *free)]
    return int(counts[rows, ROWS.index(name)].sum())


def _detection(counts: np.ndarray, name: str, *, false_positives: int) -> Detection:
    index = ROWS.index(name)
    hits = counts[index, index]
    return Detection(se=_share(hits, counts[index].sum()), ppv=_share(hits, hits + false_positives))


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


def aggregate(counts: Sequence[np.ndarray], *, bxb_quirks: bool = False) -> Summary:
    """Aggregate scores of several records: gross weighs every beat alike, average every record.

    The average leaves out the records in which a figure is undefined, as a record without a VEB
    has no VEB sensitivity (EC57; the WFDB program `sumstats`).

    Args:
        counts: one matrix (7, 7) a record, at least one.
        bxb_quirks: as `sumstats`: without fusion beats called SVEB in the SVEB +P, and with
            rounding errors in the average.
    """
    not_penalised = _NOT_PENALISED_BY_SUMSTATS if bxb_quirks else _NOT_PENALISED
    records = [_score(of_record, not_penalised=not_penalised) for of_record in counts]

    def average(figure: Callable[[Scores], Share]) -> Share:
        return _average([figure(record) for record in records], exact=not bxb_quirks)

    return Summary(
        gross=_score(np.sum(counts, axis=0), not_penalised=not_penalised),
        average=Scores(
            qrs=Detection(se=average(lambda of: of.qrs.se), ppv=average(lambda of: of.qrs.ppv)),
            veb=Detection(se=average(lambda of: of.veb.se), ppv=average(lambda of: of.veb.ppv)),
            veb_fpr=average(lambda of: of.veb_fpr),
            sveb=Detection(se=average(lambda of: of.sveb.se), ppv=average(lambda of: of.sveb.ppv)),
        ),
    )


def summarise(counts: Sequence[np.ndarray], *, bxb_quirks: bool = False) -> EC57Summary:
    """The same as fractions of one, for JSON; None where undefined."""
    summary = aggregate(counts, bxb_quirks=bxb_quirks)
    return {"gross": as_fractions(summary.gross), "average": as_fractions(summary.average)}


def _average(shares: Sequence[Share], *, exact: bool) -> Share:
    """Mean of the defined shares; with `exact` as a fraction, else as a sum of rounded numbers."""
    defined = [share for share in shares if share.whole]
    total: float | Fraction = Fraction(0) if exact else 0.0
    for share in defined:
        total += Fraction(share.part) / share.whole if exact else share.part / share.whole
    return Share(part=total, whole=len(defined))
