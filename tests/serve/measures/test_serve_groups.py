"""Couplets and runs, isolated beats and the rate of runs, worked out by hand."""

import pytest
from beat_tables import beat_table

from ecgfuse.serve.measures.groups import connected_groups, count_groups, gap_rows
from ecgfuse.serve.measures.jumps import places_of
from ecgfuse.serve.measures.summary import corrected_summary

BESIDE_A_GAP = {3: "gap after", 4: "gap before"}


def test_isolated_beats_couplets_and_runs_are_told_apart() -> None:
    # V once, VV twice, VVV and VVVV; S once.
    beats = beat_table("VNVVNSNVVVNVVNVVVV")
    groups = connected_groups(beats, names=["S", "V"])
    assert count_groups(groups, name="V") == {
        "single": 1,
        "couplets": 2,
        "runs": 2,
        "longest_run_beats": 4,
    }
    assert count_groups(groups, name="S")["single"] == 1
    assert count_groups(groups, name="S")["runs"] == 0


def test_the_rate_of_a_run_is_that_of_its_intervals() -> None:
    # Three V with two intervals of 0.4 s and 0.6 s: 2 in 1 s are 120 per minute.
    beats = beat_table("NVVVN", rr_s=[0.8, 0.8, 0.4, 0.6, 0.8])
    (run,) = corrected_summary({}, beats=beats, duration_s=4.0)["runs"]
    assert run == {"name": "V", "start_s": pytest.approx(1.6), "beats": 3, "rate": 120.0}


def test_the_longest_run_comes_first_whatever_its_rate() -> None:
    beats = beat_table("NVVVNVVVVN", rr_s=[0.8, 0.8, 0.3, 0.3, 0.8, 0.8, 0.5, 0.5, 0.5, 0.8])
    first, second = corrected_summary({}, beats=beats, duration_s=7.0)["runs"]
    assert (first["beats"], first["rate"]) == (4, 120.0)
    assert (second["beats"], second["rate"]) == (3, 200.0)


def test_a_gap_in_the_signal_ends_a_run() -> None:
    """A person has given both beats beside a gap the class V."""
    corrected = {3: "V", 4: "V"}
    beats = beat_table("NVVQQVN", flags=BESIDE_A_GAP, corrected=corrected)
    assert gap_rows(beats).tolist() == [4]
    found = corrected_summary({}, beats=beats, duration_s=7.0)
    assert [(run["beats"], run["start_s"]) for run in found["runs"]] == [(3, pytest.approx(1.6))]
    assert found["ectopy"]["V"]["couplets"] == 1
    assert places_of(beats, kind="run").tolist() == [beats["sample"].iat[1]]


def test_a_noisy_beat_that_was_given_a_class_is_part_of_a_run() -> None:
    flags = {1: "gap after", 2: "noise", 3: "gap before"}
    beats = beat_table("NQQQN", flags=flags, corrected={1: "V", 2: "V", 3: "V"})
    assert gap_rows(beats).tolist() == []
    (run,) = corrected_summary({}, beats=beats, duration_s=5.0)["runs"]
    assert run["beats"] == 3


@pytest.mark.parametrize("classes", ["", "V"])
def test_fewer_than_two_beats_have_no_gap(classes: str) -> None:
    beats = beat_table(classes)
    assert gap_rows(beats).tolist() == []
    assert len(connected_groups(beats, names=["V"])) == len(classes)


def test_a_pause_lasts_two_seconds_or_more() -> None:
    beats = beat_table("NNNN", rr_s=[0.8, 1.996, 2.0, 3.0])
    pauses = corrected_summary({}, beats=beats, duration_s=8.0)["pauses"]
    assert pauses == [
        {"start_s": pytest.approx(4.796), "rr_s": pytest.approx(3.0)},
        {"start_s": pytest.approx(2.796), "rr_s": pytest.approx(2.0)},
    ]


def test_silence_is_no_pause() -> None:
    beats = beat_table("NNNN", rr_s=[0.8, 0.8, 60.0, 0.8], flags={1: "gap after", 2: "gap before"})
    found = corrected_summary({}, beats=beats, duration_s=63.0)
    assert found["pauses"] == []
    assert found["longest_rr_s"] == pytest.approx(0.8)
    assert found["heart_rate"]["mean"] == pytest.approx(75.0)
