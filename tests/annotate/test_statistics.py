"""Counts, burden, runs, pauses and rates of synthetic beats, worked out by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecgfuse.annotate.statistics import (
    find_groups,
    find_runs,
    heart_rate,
    known_intervals,
    summarise_beats,
)


def table_of(classes: str, *, rr: float = 0.8, flags: dict[int, str] | None = None) -> pd.DataFrame:
    """Beats `rr` seconds apart; Q has the flag noise unless given."""
    times = rr * np.arange(1, len(classes) + 1)
    named = ["noise" if name == "Q" else "" for name in classes]
    for index, flag in (flags or {}).items():
        named[index] = flag
    return pd.DataFrame({"time_s": times, "class": list(classes), "flag": named})


def test_counts_and_burden_of_the_classified_beats() -> None:
    found = summarise_beats(table_of("NNVNSNFQNV"), duration_s=8)
    assert found["counts"] == {"N": 5, "S": 1, "V": 2, "F": 1, "Q": 1}
    assert found["burden"] == pytest.approx({"S": 1 / 9, "V": 2 / 9, "F": 1 / 9}, abs=1e-6)
    assert found["flags"] == {"noise": 1}
    assert (found["beats"], found["duration_s"]) == (10, 8)


def test_isolated_beats_couplets_and_runs_are_distinguished() -> None:
    found = summarise_beats(table_of("NVNVVNVVVNSSSSNSVVN"), duration_s=20)
    assert found["ectopy"]["V"] == {"single": 1, "couplets": 2, "runs": 1, "longest_run_beats": 3}
    assert found["ectopy"]["S"] == {"single": 1, "couplets": 0, "runs": 1, "longest_run_beats": 4}


def test_runs_are_sorted_by_length_and_have_their_rate() -> None:
    runs = find_runs(find_groups(table_of("VVVNSSSSNNVVV", rr=0.5)))
    assert [(run["name"], run["beats"]) for run in runs] == [("S", 4), ("V", 3), ("V", 3)]
    assert runs[0] == {"name": "S", "start_s": 2.5, "beats": 4, "rate": pytest.approx(120)}
    assert [run["start_s"] for run in runs[1:]] == [0.5, 5.5]


def test_an_unclassified_beat_ends_a_run() -> None:
    assert find_runs(find_groups(table_of("VVQVV"))) == []


def test_intervals_across_a_gap_are_unknown() -> None:
    flags = {0: "edge", 2: "gap after", 4: "gap before", 8: "edge"}
    beats = table_of("QNQQQNNNQ", flags=flags)  # beat 3 is noise
    known = np.isfinite(known_intervals(beats))
    assert known.tolist() == [True, True, False, False, True, True, True, True]
    beats = table_of("NQQN", flags={1: "gap after", 2: "gap before"})  # a gap without a beat in it
    assert np.isfinite(known_intervals(beats)).tolist() == [True, False, True]


def test_the_heart_rate_is_a_mean_over_eight_intervals() -> None:
    rr = np.array([1.0] * 8 + [0.5] * 8)
    ends_s = np.cumsum(rr)
    found = {"lowest": 60.0, "lowest_at_s": 8.0, "highest": 120.0, "highest_at_s": 12.0}
    assert heart_rate(rr, ends_s=ends_s) == {"mean": 80.0, **found}
    few = heart_rate(rr[:7], ends_s=ends_s[:7])
    assert few == dict.fromkeys(few) | {"mean": 60.0}
    assert set(heart_rate(rr[:0], ends_s=ends_s[:0]).values()) == {None}


def test_the_eight_intervals_of_a_heart_rate_do_not_span_a_gap() -> None:
    rr = np.array([1.0] * 8 + [np.nan] + [0.5] * 7)
    found = heart_rate(rr, ends_s=np.arange(16.0))
    assert (found["lowest"], found["highest"]) == (60.0, 60.0)
    assert found["mean"] == pytest.approx(60 * 15 / 11.5, abs=0.05)
    rr = np.array([1.0, np.nan] * 8)
    assert heart_rate(rr, ends_s=np.arange(16.0)) == {
        "mean": 60.0,
        **dict.fromkeys(("lowest", "lowest_at_s", "highest", "highest_at_s")),
    }


def test_pauses_are_intervals_of_at_least_two_seconds() -> None:
    beats = table_of("NNNN", rr=2.0)
    beats["time_s"] += [0, 0, 0, 0.5]
    found = summarise_beats(beats, duration_s=10)
    assert found["longest_rr_s"] == 2.5
    assert found["pauses"] == [
        {"start_s": 6.0, "rr_s": 2.5},
        {"start_s": 2.0, "rr_s": 2.0},
        {"start_s": 4.0, "rr_s": 2.0},
    ]


def test_a_table_read_from_csv_has_the_same_summary(tmp_path: Path) -> None:
    beats = table_of("NNVNQNVVVN" * 3)
    beats.to_csv(tmp_path / "r1.beats.csv", index=False)
    again = pd.read_csv(tmp_path / "r1.beats.csv")
    assert summarise_beats(again, duration_s=30) == summarise_beats(beats, duration_s=30)


def test_a_gap_is_no_pause() -> None:
    beats = table_of("NNNN", rr=2.0, flags={1: "gap after", 2: "gap before"})
    assert [pause["start_s"] for pause in summarise_beats(beats, duration_s=10)["pauses"]] == [2, 6]


def test_each_hour_has_its_counts_and_its_rate() -> None:
    beats = table_of("NV" * 3600, rr=1.0)
    beats.loc[3600:, "time_s"] = 3601 + 2 * np.arange(3600)
    hours = summarise_beats(beats, duration_s=3 * 3600)["hours"]
    assert [hour["start_s"] for hour in hours] == [0, 3600, 7200]
    assert [hour["N"] + hour["V"] for hour in hours] == [3599, 1801, 1800]
    assert [hour["heart_rate"] for hour in hours] == [60, 30, 30]
    assert summarise_beats(beats[:5], duration_s=7200)["hours"][1]["heart_rate"] is None


def test_without_classified_beats_there_is_no_burden() -> None:
    found = summarise_beats(table_of("QQ"), duration_s=3)
    assert found["burden"] == {"S": None, "V": None, "F": None}
    assert found["longest_rr_s"] is None
