"""Small lists of marks have the cells that bxb counts, each worked out by hand.

A list is "REFERENCE / TEST"; times are samples at 360 Hz after the start of the test period. 150 ms
are 54 samples.
"""

from pathlib import Path

import pytest
from annotation_files import START, cells_of_lists

Cells = dict[str, int]


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ("N100 [400 ]1500 N2000 / N100 N800 N2000", {"Nn": 2}),
        # Both limits belong to the episode.
        ("N100 [400 ]1500 N2000 / N100 399 400 1500 1501 2000", {"Nn": 2, "On": 2}),
        # Beats that the reference marks within it count no more than those of the test.
        ("N100 [400 V800 1200 ]1500 N2000 / N100 V800 N2000", {"Nn": 2}),
        # Open at the end.
        ("N100 [400 / N100 800 5000", {"Nn": 1}),
        ("N100 [400 N800 / N100 800", {"Nn": 1}),
        # Several episodes, and a beat between two of them.
        ("N100 [200 ]300 [500 ]600 N3000 / N100 250 400 550 3000", {"Nn": 2, "On": 1}),
        # Across the start of the test period.
        ("[-500 ]500 N1000 / N100 600 1000", {"Nn": 1, "On": 1}),
        # A pair counts even if its test beat lies within.
        ("N100 [400 ]1500 V1520 / N100 V1490", {"Nn": 1, "Vv": 1}),
        # A second '[' within begins nothing; a ']' outside ends nothing.
        ("N100 [400 [600 ]1500 N2000 / N100 1800 2000", {"Nn": 2, "On": 1}),
        ("N100 ]400 N2000 / N100 800 2000", {"Nn": 2, "On": 1}),
    ],
)
def test_unpaired_test_beats_in_fibrillation_of_the_reference_do_not_count(
    tmp_path: Path, lists: str, expected: Cells
) -> None:
    assert cells_of_lists(tmp_path, lists) == expected


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ("N100 800 2000 / N100 [400 ]1500 N2000", {"Nn": 2, "No": 1}),
        ("N100 800 2000 / N100 [400 N800 ]1500 N2000", {"Nn": 2, "No": 1}),
        ("N100 800 2000 / N100 [400", {"Nn": 1, "No": 2}),
    ],
)
def test_reference_beats_in_fibrillation_of_the_test_are_missed(
    tmp_path: Path, lists: str, expected: Cells
) -> None:
    assert cells_of_lists(tmp_path, lists) == expected


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        # A single mark lasts from 154 to 54 before the next annotation of any kind.
        ("N100 500 1500 2000 / N100 ~(-1)900 +1000 N2000", {"Nn": 2, "No": 1, "Nx": 1}),
        ("N100 153 2000 / N100 ~(-1)900 N2000", {"Nn": 2, "No": 1}),
        ("N100 155 1946 2010 / N100 ~(-1)900 N2000", {"Nn": 2, "Nx": 2}),
        ("N100 1947 2010 / N100 ~(-1)900 N2000", {"Nn": 2, "No": 1}),
        # Two marks in a row: one of another kind ends the shutdown, one of the same kind does not.
        ("N100 299 300 1700 1701 2000 / N100 ~(-1)300 ~1700 N2000", {"Nn": 2, "No": 2, "Nx": 2}),
        (
            "N100 500 970 1500 2000 / N100 ~(-1)300 ~(-1)1000 ~1600 N2000",
            {"Nn": 2, "No": 1, "Nx": 2},
        ),
        # A beat between them makes the first mark a single one.
        (
            "N100 500 1500 2000 / N100 ~(-1)300 N800 ~1700 N2000",
            {"Nn": 2, "No": 1, "Nx": 1, "On": 1},
        ),
        # Left open.
        ("N100 200 500 1500 / N100 ~(-1)300", {"Nn": 1, "No": 1, "Nx": 2}),
        # One readable signal is no shutdown.
        ("N100 500 2000 / N100 ~(16)900 N2000", {"Nn": 2, "No": 1}),
        # Nothing is between the beats: the span is the sample 54 before the next annotation.
        ("N100 146 2000 / N100 ~(-1)150 +200 N2000", {"Nn": 2, "Nx": 1}),
        ("N100 155 2000 / N100 ~(-1)150 +200 N2000", {"Nn": 2, "No": 1}),
        # Of the reference.
        ("N100 ~(-1)900 +1000 N2000 / N100 500 1500 2000", {"Nn": 2, "On": 1, "Xn": 1}),
        ("N100 ~(-1)300 / N100 200 500", {"Nn": 1, "On": 1, "Xn": 1}),
    ],
)
def test_unpaired_beats_in_a_shutdown_are_x(tmp_path: Path, lists: str, expected: Cells) -> None:
    assert cells_of_lists(tmp_path, lists) == expected


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        # Marks within fibrillation are skipped.
        ("N100 [400 ~(-1)800 ]1500 N2000 / N100 1700 2000", {"Nn": 2, "On": 1}),
        ("N100 1800 2000 / N100 [400 ~(-1)800 ]1500 N2000", {"Nn": 2, "No": 1}),
        ("N100 1800 3000 / N100 ~(-1)300 [400 ~800 ]1500 N3000", {"Nn": 2, "No": 1}),
        # A shutdown after it begins 54 after ']', not after the last beat.
        (
            "N100 [400 ]1500 ~(-1)1800 N2500 / N100 1553 1600 2500",
            {"Nn": 2, "On": 1, "Xn": 1},
        ),
        # A single mark before it ends 54 before '['.
        (
            "N100 ~(-1)300 [400 ]1500 N2000 / N100 250 350 800 1600 2000",
            {"Nn": 2, "On": 2, "Xn": 1},
        ),
    ],
)
def test_shutdowns_beside_fibrillation(tmp_path: Path, lists: str, expected: Cells) -> None:
    assert cells_of_lists(tmp_path, lists) == expected


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ("N100 1005 / N100 995", {"Nn": 2}),
        ("N100 995 / N100 1005", {"Nn": 2}),
        ("N100 1000 / N100 1000", {"Nn": 2}),
        ("N100 1005 / N100 1002", {"Nn": 1}),
        ("N100 1000 / N100", {"Nn": 1, "No": 1}),
        ("N100 / N100 1001", {"Nn": 1}),
    ],
)
def test_a_pair_counts_if_either_beat_is_at_or_before_the_end(
    tmp_path: Path, lists: str, expected: Cells
) -> None:
    assert cells_of_lists(tmp_path, lists, end=1000) == expected
    assert cells_of_lists(tmp_path, lists, length=START + 1000) == expected


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ("N-5 300 / N-500 10 300", {"Nn": 1}),
        ("N300 / N-500 10 300", {"Nn": 1}),
        ("N300 / N-500 54 300", {"Nn": 1}),
        ("N300 / N-500 55 300", {"Nn": 1, "On": 1}),
        # One beat at most.
        ("N300 / N10 20 300", {"Nn": 1, "On": 1}),
        # Not a beat that is nearer to the first reference beat than its successor.
        ("N20 600 / N-500 10 60 600", {"Nn": 2, "On": 1}),
        ("N300 600 / N-500 10 600", {"Nn": 1, "No": 1, "On": 1}),
    ],
)
def test_an_extra_test_beat_up_to_150_ms_after_the_start_is_left_out(
    tmp_path: Path, lists: str, expected: Cells
) -> None:
    assert cells_of_lists(tmp_path, lists) == expected


def test_nothing_is_left_out_at_the_start_of_the_record(tmp_path: Path) -> None:
    lists = f"N300 / N{10 - START} 300"
    assert cells_of_lists(tmp_path, lists, start=0) == {"Nn": 1, "On": 1}


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ("N-5 45 600 / N-5 100 600", {"Nn": 2, "On": 1}),
        ("N5 600 / N-5 600", {"Nn": 2}),
        ("N49 600 / N-5 600", {"Nn": 2}),
        ("N50 600 / N-5 600", {"Nn": 1, "No": 1}),
        # The next beat is as near.
        ("N45 600 / N-5 95 600", {"Nn": 2}),
        # A reference beat before the start has no row, whatever its partner.
        ("N-5 600 / N5 600", {"Nn": 1}),
    ],
)
def test_the_last_test_beat_before_the_start_can_be_a_partner(
    tmp_path: Path, lists: str, expected: Cells
) -> None:
    assert cells_of_lists(tmp_path, lists) == expected


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ("N100 !500 N520 / N100 N505", {"Nn": 1, "No": 1, "On": 1}),
        ("N100 500 / N100 !505", {"Nn": 1, "No": 1}),
        ("N100 !500 N1000 / N100 1000", {"Nn": 2}),
        ("N100 1000 / N100 !500 N1000", {"Nn": 2}),
        ("N100 !500 / N100 !505", {"Nn": 1}),
        ("N100 [400 !500 !700 ]900 N1200 / N100 505 1200", {"Nn": 2}),
    ],
)
def test_a_flutter_wave_outside_fibrillation_is_matched_but_is_no_beat(
    tmp_path: Path, lists: str, expected: Cells
) -> None:
    assert cells_of_lists(tmp_path, lists) == expected


@pytest.mark.parametrize(("time", "counted"), [(108_000, False), (108_001, True)])
def test_a_start_at_half_a_sample_is_rounded_up(tmp_path: Path, time: int, counted: bool) -> None:
    lists = f"N{time - START} / N{time - START}"
    assert cells_of_lists(tmp_path, lists, start=108_000.5) == ({"Nn": 1} if counted else {})


@pytest.mark.parametrize(
    ("lists", "bxb", "right"),
    [
        # It remembers the last two shutdowns, and the last two episodes of fibrillation.
        (
            "N100 300 700 1100 3000 / N100 ~(-1)200 ~400 ~(-1)600 ~800 ~(-1)1000 ~1200 N3000",
            {"Nn": 2, "Nx": 2, "No": 1},
            {"Nn": 2, "Nx": 3},
        ),
        (
            "N100 [200 ]400 [600 ]800 [1000 ]1200 N3000 / N100 300 700 1100 3000",
            {"Nn": 2, "On": 1},
            {"Nn": 2},
        ),
        # The memory is that at the time of the comparison: here the third comes later.
        (
            "N100 300 900 / N100 ~(-1)200 ~400 ~(-1)500 ~600 N900 1000 ~(-1)1100 ~1200",
            {"Nn": 2, "Nx": 1, "On": 1},
            {"Nn": 2, "Nx": 1, "On": 1},
        ),
        # A second shutdown of the test, or fibrillation of the reference, that is left open keeps
        # the end of the first.
        (
            "N100 500 800 1500 / N100 ~(-1)300 ~600 ~(-1)1000",
            {"Nn": 1, "Nx": 1, "No": 2},
            {"Nn": 1, "Nx": 2, "No": 1},
        ),
        (
            "N100 [200 ]400 [600 / N100 300 700",
            {"Nn": 1, "On": 1},
            {"Nn": 1},
        ),
        # Not so a shutdown of the reference.
        (
            "N100 ~(-1)300 ~600 ~(-1)1000 / N100 500 800 1500",
            {"Nn": 1, "On": 1, "Xn": 2},
            {"Nn": 1, "On": 1, "Xn": 2},
        ),
    ],
)
def test_the_limits_of_bxb_are_reproduced_on_request_only(
    tmp_path: Path, lists: str, bxb: Cells, right: Cells
) -> None:
    assert cells_of_lists(tmp_path, lists, bxb_quirks=True) == bxb
    assert cells_of_lists(tmp_path, lists) == right


@pytest.mark.parametrize(
    ("start", "times", "bxb", "right"),
    [
        # It has a beat at sample 0 of both files before it reads them.
        (0, "N300 / N0 300", {"Nn": 1}, {"Nn": 1, "On": 1}),
        (0, "N0 300 / N0 300", {"Nn": 2}, {"Nn": 2}),
        (20, "N30 500 / N100 500", {"Nn": 1, "On": 1}, {"Nn": 1, "No": 1, "On": 1}),
        (0, "N30 500 / N30 500", {"Nn": 2}, {"Nn": 2}),
    ],
)
def test_the_beat_of_bxb_at_sample_0(
    tmp_path: Path, start: int, times: str, bxb: Cells, right: Cells
) -> None:
    lists = " ".join(
        f"N{int(mark.lstrip('N')) - START}" if mark != "/" else mark for mark in times.split()
    )
    assert cells_of_lists(tmp_path, lists, start=start, bxb_quirks=True) == bxb
    assert cells_of_lists(tmp_path, lists, start=start) == right
