"""EC57 scores of matrices, worked out by hand."""

import numpy as np
import pytest
from annotation_files import counts

from ecgfuse.ec57.counts import COLUMNS, ROWS
from ecgfuse.ec57.scores import Scores, as_fractions, score, summarise

# Each cell is a different power of two, so that a sum identifies its cells.
POWERS = np.array([2**k for k in range(49)], dtype=np.int64).reshape(7, 7)


def cells(names: str) -> int:
    return sum(int(POWERS[ROWS.index(n[0]), COLUMNS.index(n[1])]) for n in names.split())


@pytest.fixture(scope="module")
def powers() -> Scores:
    return score(POWERS)


PAIRED = " ".join(row + column for row in "NSVFQ" for column in "nsvfq")


def test_qrs_counts_all_pairs_regardless_of_class(powers: Scores) -> None:
    missed = " No So Vo Fo Qo Nx Sx Vx Fx Qx"
    extra = " On Os Ov Of Oq Xn Xs Xv Xf Xq"
    assert powers.qrs.se.part == powers.qrs.ppv.part == cells(PAIRED)
    assert powers.qrs.se.whole == cells(PAIRED + missed)
    assert powers.qrs.ppv.whole == cells(PAIRED + extra)


def test_veb_does_not_penalise_fusion_and_unclassifiable_beats(powers: Scores) -> None:
    assert powers.veb.se.part == powers.veb.ppv.part == cells("Vv")
    assert powers.veb.se.whole == cells("Vn Vs Vv Vf Vq Vo Vx")
    assert powers.veb.ppv.whole == cells("Vv Nv Sv Ov Xv")


def test_the_false_positive_rate_is_over_all_non_veb_of_the_reference(powers: Scores) -> None:
    true_negatives = " ".join(row + column for row in "NSFQOX" for column in "nsfq")
    assert powers.veb_fpr.part == cells("Nv Sv Ov Xv")
    assert powers.veb_fpr.whole == cells("Nv Sv Ov Xv " + true_negatives)


def test_sveb_does_not_penalise_unclassifiable_beats(powers: Scores) -> None:
    assert powers.sveb.se.part == powers.sveb.ppv.part == cells("Ss")
    assert powers.sveb.se.whole == cells("Sn Ss Sv Sf Sq So Sx")
    assert powers.sveb.ppv.whole == cells("Ss Ns Vs Fs Os Xs")


def test_scores_of_a_small_matrix() -> None:
    matrix = counts(Nn=90, Nv=5, No=5, Vv=6, Vn=2, Vo=2, Fv=4, On=10, Ss=1, Sn=3)
    assert as_fractions(score(matrix)) == {
        "qrs": {"se": 111 / 118, "ppv": 111 / 121},
        "veb": {"se": 6 / 10, "ppv": 6 / 11, "fpr": 5 / 109},
        "sveb": {"se": 1 / 4, "ppv": 1.0},
    }


def test_a_score_without_beats_is_undefined() -> None:
    fractions = as_fractions(score(counts(Nn=3)))
    assert fractions == {
        "qrs": {"se": 1.0, "ppv": 1.0},
        "veb": {"se": None, "ppv": None, "fpr": 0.0},
        "sveb": {"se": None, "ppv": None},
    }


def test_gross_weights_beats_and_average_weights_records_with_a_defined_score() -> None:
    without_veb = counts(Nn=100)
    many, few = counts(Nn=50, Vv=90, Vn=10), counts(Nn=10, Vv=1, Vn=1)
    summary = summarise([without_veb, many, few])
    assert summary["gross"]["veb"]["se"] == 91 / 102
    assert summary["average"]["veb"]["se"] == pytest.approx((0.9 + 0.5) / 2)
    assert summary["average"]["sveb"] == {"se": None, "ppv": None}


def test_sumstats_leaves_fusion_beats_called_sveb_out_of_the_aggregate_ppv() -> None:
    summary = summarise([POWERS], bxb_quirks=True)
    plain = summarise([POWERS])
    assert summary["gross"]["sveb"]["ppv"] == cells("Ss") / cells("Ss Ns Vs Os Xs")
    assert plain["gross"]["sveb"]["ppv"] == cells("Ss") / cells("Ss Ns Vs Fs Os Xs")
    assert summary["average"]["sveb"] == summary["gross"]["sveb"]
    assert (summary["gross"]["qrs"], summary["gross"]["veb"]) == (
        plain["gross"]["qrs"],
        plain["gross"]["veb"],
    )
