"""The summary counts again what depends on the labels."""

import pytest
from beat_tables import beat_table, binary_table

from ecgfuse.serve.measures.summary import corrected_summary

OF_MODEL = {"recording": "100", "path": "/srv/data/100.hea", "counts": {"N": 0}, "model": "best"}


def test_counts_are_those_of_the_corrected_labels_and_the_path_stays_private() -> None:
    beats = beat_table("NVNN", corrected={1: "N", 3: "S"})
    found = corrected_summary(OF_MODEL, beats=beats, duration_s=4.0)
    assert found["counts"] == {"N": 3, "S": 1, "V": 0, "F": 0, "Q": 0}
    assert found["corrected"] == 2
    assert found["model"] == "best"
    assert "path" not in found


def test_burden_of_every_hour_is_a_share_of_its_classified_beats() -> None:
    beats = beat_table("NVNQV", rr_s=[1800.0, 900.0, 600.0, 100.0, 3600.0])  # four in the first
    first, second = corrected_summary(OF_MODEL, beats=beats, duration_s=7200.0)["hours"]
    assert first["burden"] == {"S": 0, "V": pytest.approx(1 / 3, abs=1e-6), "F": 0}
    assert second["burden"] == {"S": 0, "V": 1, "F": 0}


def test_an_hour_without_classified_beats_has_no_burden() -> None:
    (hour,) = corrected_summary(OF_MODEL, beats=beat_table("Q"), duration_s=2.0)["hours"]
    assert hour["burden"] == {"S": None, "V": None, "F": None}


def test_bigeminy_and_doubt_are_totalled() -> None:
    beats = beat_table("NVNVNVNNVNVNVNV", p={7: 0.5})
    found = corrected_summary(OF_MODEL, beats=beats, duration_s=12.0)
    # 6 beats of 0.8 s: 4.0 s; 8 beats: 5.6 s.
    assert found["bigeminy"]["V"] == {
        "episodes": 2,
        "beats": 7,
        "longest_beats": 4,
        "seconds": pytest.approx(9.6),
    }
    assert found["bigeminy"]["S"]["episodes"] == 0
    assert found["doubt"] == {"below": 0.8, "beats": 1}


def test_models_of_normal_and_abnormal_beats_have_their_classes() -> None:
    found = corrected_summary(OF_MODEL, beats=binary_table("NANANAQ"), duration_s=6.0)
    assert found["counts"] == {"N": 3, "abnormal": 3, "Q": 1}
    assert found["bigeminy"]["abnormal"]["episodes"] == 1
