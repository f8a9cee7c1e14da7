"""Tachogram, Poincaré axes and alternations equal values worked out by hand."""

import numpy as np
import pytest
from beat_tables import beat_table

from ecgfuse.serve.measures.rhythm import find_alternations, poincare_axes, tachogram


def test_an_interval_stands_at_its_later_beat_with_that_class() -> None:
    found = tachogram(beat_table("NVNN", rr_s=[1.0, 0.6, 1.2, 0.8]))
    assert found.time_s.tolist() == pytest.approx([1.6, 2.8, 3.6])
    assert found.rr_s.tolist() == pytest.approx([0.6, 1.2, 0.8])
    assert found.names.tolist() == ["V", "N", "N"]
    assert found.next_rr_s.tolist() == pytest.approx([1.2, 0.8, np.nan], nan_ok=True)


def test_intervals_across_a_gap_are_left_out_and_are_no_next_interval() -> None:
    flags = {1: "gap after", 2: "gap before"}
    found = tachogram(beat_table("NNNN", flags=flags))
    assert found.time_s.tolist() == pytest.approx([1.6, 3.2])
    assert np.isnan(found.next_rr_s).all()


@pytest.mark.parametrize("classes", ["", "N"])
def test_fewer_than_two_beats_have_no_interval(classes: str) -> None:
    assert len(tachogram(beat_table(classes)).rr_s) == 0
    assert poincare_axes(beat_table(classes)) is None


def test_poincare_axes_of_alternating_intervals() -> None:
    # Pairs (0.8, 1.0), (1.0, 0.8), (0.8, 1.0): the sums are equal, the differences 0.2, -0.2, 0.2.
    axes = poincare_axes(beat_table("NNNNN", rr_s=[1.0, 0.8, 1.0, 0.8, 1.0]))
    assert axes is not None
    assert axes["pairs"] == 3
    assert axes["sd1_s"] == pytest.approx(np.std([0.2, -0.2, 0.2], ddof=1) / np.sqrt(2))
    assert axes["sd2_s"] == pytest.approx(0, abs=1e-12)


def test_poincare_axes_worked_out_by_hand() -> None:
    # Pairs (0.8, 0.9), (0.9, 1.0), (1.0, 0.9). Differences 0.1, 0.1, -0.1: their variance is
    # 0.08 / 6; sums 1.7, 1.9, 1.9: likewise. SD = sqrt(variance / 2).
    axes = poincare_axes(beat_table("NNNNN", rr_s=[0.8, 0.8, 0.9, 1.0, 0.9]))
    assert axes == {
        "pairs": 3,
        "sd1_s": pytest.approx(0.081650, abs=1e-6),
        "sd2_s": pytest.approx(0.081650, abs=1e-6),
    }


def test_poincare_axes_take_intervals_between_three_normal_beats_only() -> None:
    assert poincare_axes(beat_table("NNVNNV")) is None  # no three N in a row
    axes = poincare_axes(beat_table("NNNVNNN"))
    assert axes is not None
    assert axes["pairs"] == 2


def test_three_groups_are_bigeminy_and_two_are_not() -> None:
    assert find_alternations(beat_table("NNVNVNN"), names=["V"]) == []
    (episode,) = find_alternations(beat_table("NNVNVNVN"), names=["V"])
    assert episode == {
        "kind": "bigeminy",
        "name": "V",
        "start_s": pytest.approx(1.6),  # the second N
        "end_s": pytest.approx(5.6),  # the third V
        "beats": 3,
    }


def test_trigeminy_and_both_ectopic_classes_are_told_apart() -> None:
    found = find_alternations(beat_table("NNVNNVNNVFNSNSNSNS"), names=["S", "V"])
    assert [(one["kind"], one["name"], one["beats"]) for one in found] == [
        ("trigeminy", "V", 3),
        ("bigeminy", "S", 4),
    ]


@pytest.mark.parametrize("classes", ["NVNVQNV", "NVNVFNV", "NVNVVNV", "NVNVNNV"])
def test_another_beat_ends_bigeminy(classes: str) -> None:
    assert find_alternations(beat_table(classes), names=["V"]) == []


def test_a_gap_in_the_signal_ends_bigeminy() -> None:
    flags = {3: "gap after", 4: "gap before"}
    assert find_alternations(beat_table("NVNVNV", flags=flags), names=["V"]) == []
    flags = {1: "gap after", 2: "gap before"}
    (episode,) = find_alternations(beat_table("NVNVNVNV", flags=flags), names=["V"])
    assert (episode["start_s"], episode["beats"]) == (pytest.approx(2.4), 3)
