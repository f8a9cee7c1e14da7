"""Doubtful beats, and where the viewer jumps to."""

import numpy as np
import pytest
from beat_tables import FS, beat_table, binary_table

from ecgfuse.serve.measures.doubt import DOUBT_BELOW, doubtful
from ecgfuse.serve.measures.jumps import next_place, places_of


def test_a_beat_below_the_limit_is_doubtful_and_one_at_it_is_not() -> None:
    beats = beat_table("NNV", p={1: DOUBT_BELOW, 2: DOUBT_BELOW - 0.01})
    assert doubtful(beats).tolist() == [False, False, True]


def test_unclassified_and_corrected_beats_are_not_doubtful() -> None:
    beats = beat_table("QVV", p={1: 0.5, 2: 0.5}, corrected={1: "N"})
    assert doubtful(beats).tolist() == [False, False, True]


def test_doubt_of_normal_and_abnormal_beats() -> None:
    beats = binary_table("NAQ")
    beats["p_abnormal"] = [0.45, 0.9, np.nan]
    beats["p_N"] = 1 - beats["p_abnormal"]
    assert doubtful(beats).tolist() == [True, False, False]


def test_without_beats_nothing_is_doubtful() -> None:
    assert doubtful(beat_table("")).tolist() == []


@pytest.mark.parametrize(
    ("kind", "rows"),
    [("V", [2, 5, 6, 7]), ("S", []), ("Q", [9]), ("run", [5]), ("doubt", [3]), ("pause", [7])],
)
def test_places_of_every_kind(kind: str, rows: list[int]) -> None:
    rr_s = [0.8] * 8 + [2.5, 0.8]
    beats = beat_table("NNVNNVVVNQ", rr_s=rr_s, p={3: 0.6})
    assert places_of(beats, kind=kind).tolist() == beats["sample"][rows].tolist()


def test_jumps_go_beyond_the_present_place() -> None:
    samples = np.array([100, 200, 300])
    assert next_place(samples, from_sample=200, direction=1) == 300
    assert next_place(samples, from_sample=200, direction=-1) == 100
    assert next_place(samples, from_sample=199, direction=1) == 200
    assert next_place(samples, from_sample=300, direction=1) is None
    assert next_place(samples, from_sample=100, direction=-1) is None


def test_a_time_that_was_rounded_is_still_the_present_place() -> None:
    time_s = round(200 / FS, 6)
    assert next_place(np.array([200]), from_sample=time_s * FS, direction=1) is None
