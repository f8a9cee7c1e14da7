"""The tables have the layout of bxb and sumstats."""

import numpy as np
import pytest
from annotation_files import counts

from ecgfuse.ec57.table import format_lines, format_record, total


def test_the_table_of_one_record() -> None:
    matrix = counts(Nn=90, Nv=5, Nx=5, Vv=6, Vn=2, Qq=3, On=10, Xs=1)
    assert format_record(matrix).splitlines() == [
        "               Algorithm",
        "         n     s     v     f     q     o     x",
        "    " + 42 * "_",
        " N |    90     0     5     0     0     0     5",
        " S |     0     0     0     0     0     0     0",
        " V |     2     0     6     0     0     0     0",
        " F |     0     0     0     0     0     0     0",
        " Q |     0     0     0     0     3     0     0",
        " O |    10     0     0     0     0",
        " X |     0     1     0     0     0",
        "",
        "           QRS sensitivity:  95.50% (106/111)",
        " QRS positive predictivity:  90.60% (106/117)",
        "           VEB sensitivity:  75.00% (6/8)",
        " VEB positive predictivity:  54.55% (6/11)",
        "   VEB false positive rate:  4.587% (5/109)",
        "          SVEB sensitivity:    -    (0/0)",
        "SVEB positive predictivity:   0.00% (0/1)",
    ]


def test_the_table_of_several_records_ends_with_sum_gross_and_average() -> None:
    records = {"100": counts(Nn=8, No=2), "a2": counts(Nn=1, Vv=3, Vn=1, Fq=2, Qv=1, Ox=0, Xn=1)}
    heading, first, second, summed, gross, average = format_lines(records).splitlines()
    assert heading.split()[:20] == [
        "Record", "Nn'", "Sn'", "Vn'", "Fn'", "On'", "Ns", "Ss", "Vs", "Fs'", "Os'",
        "Nv", "Sv", "Vv", "Fv'", "Ov'", "No'", "So'", "Vo'", "Fo'",
    ]  # fmt: skip
    zeros = ["0"] * 19
    assert first.split() == [
        "100", "8", *zeros[1:15], "2", "0", "0", "0",
        "80.00", "100.00", "-", "-", "0.000", "-", "-",
    ]  # fmt: skip
    assert second.split() == [
        "a2", "1", "0", "1", "2", "1", *zeros[:7], "3", "1", "0", "0", "0", "0", "0",
        "100.00", "88.89", "75.00", "100.00", "0.000", "-", "-",
    ]  # fmt: skip
    assert summed.split()[:6] == ["Sum", "9", "0", "1", "2", "1"]
    assert len(summed.split()) == 20
    assert gross.split() == ["Gross", "88.89", "94.12", "75.00", "100.00", "0.000", "-", "-"]
    assert average.split() == ["Average", "90.00", "94.44", "75.00", "100.00", "0.000", "-", "-"]


@pytest.mark.parametrize(
    ("hits", "beats", "percent"),
    [(87, 160, "54.38"), (7, 160, "4.38"), (1, 3, "33.33"), (2, 3, "66.67"), (1, 160, "0.62")],
)
def test_percentages_are_rounded_as_bxb_prints_them(hits: int, beats: int, percent: str) -> None:
    # 87/160 is 54.375 % exactly. printf, and so bxb, rounds such a half to the even digit.
    matrix = counts(Nn=hits, No=beats - hits)
    assert f"QRS sensitivity: {percent:>6}% ({hits}/{beats})" in format_record(matrix)
    *_, record, _, gross, average = format_lines({"100": matrix}).splitlines()
    assert [record.split()[20], gross.split()[1], average.split()[1]] == [percent] * 3


def test_with_the_limits_of_sumstats_the_aggregate_sveb_ppv_ignores_fusion_beats() -> None:
    records = {"100": counts(Ss=6, Ns=1, Fs=3, Qs=2), "101": counts(Ss=1, Os=1, Vs=1, Xs=1)}
    lines = format_lines(records).splitlines()[1:]
    of_sumstats = format_lines(records, bxb_quirks=True).splitlines()[1:]
    assert [line.split()[-1] for line in lines] == ["60.00", "25.00", "0", "50.00", "42.50"]
    # 7/11 and (6/7 + 1/4) / 2; the lines of the records are those of bxb.
    last = [line.split()[-1] for line in of_sumstats]
    assert last == ["60.00", "25.00", "0", "63.64", "55.36"]
    assert [line.split()[:-1] for line in lines] == [line.split()[:-1] for line in of_sumstats]


def test_lines_are_aligned_for_large_counts() -> None:
    heading, first, *_ = format_lines({"a-long-name": counts(Nn=1_234_567, Vv=1)}).splitlines()
    assert len(heading) == len(first)


def test_the_total_is_the_sum_of_the_records() -> None:
    summed = total({"a": counts(Nn=1, Vv=2), "b": counts(Nn=3)})
    np.testing.assert_array_equal(summed, counts(Nn=4, Vv=2))
