"""Tables of single beats: rows take the place of samples, and there is no rhythm."""

import pytest
from api_persons import Person, assert_problem
from stored_results import Stored, store_single_beats

from ecgfuse.serve.services import Services


@pytest.fixture
def beats(services: Services, anna: Person) -> Stored:
    anna.get("/recordings")
    return store_single_beats(services)


def test_rows_are_asked_for_as_times(beats: Stored, anna: Person) -> None:
    answer = anna.get(f"{beats.at_analysis}/beats?from_s=1&to_s=4").get_json()["beats"]
    assert answer["sample"] == [1, 2, 3]
    assert answer["time_s"] == [1, 2, 3]
    assert answer["class"] == ["abnormal", "abnormal", "Q"]
    assert answer["reference"] == ["abnormal", "N", "abnormal"]
    assert answer["p"]["abnormal"] == [0.97, 0.97, None]


def test_a_row_has_its_waveform(beats: Stored, anna: Person) -> None:
    answer = anna.get(f"{beats.at_analysis}/beats/3").get_json()
    assert answer["waveform"]["mv"][0] == pytest.approx(0.3)
    assert (len(answer["waveform"]["t_s"]), answer["waveform"]["t_s"][1]) == (187, 0.008)
    assert (answer["rr_before_s"], answer["rr_after_s"]) == (None, None)
    assert_problem(anna.get(f"{beats.at_analysis}/beats/5"), 404)


def test_labels_and_classes_make_a_confusion(beats: Stored, anna: Person) -> None:
    answer = anna.get(f"{beats.at_analysis}/reference").get_json()
    assert answer["ec57"] is None
    assert answer["confusion"] == {
        "classes": ["N", "abnormal", "Q"],
        "counts": [[2, 1, 0], [0, 1, 1], [0, 0, 0]],
    }
    assert answer["mismatches"] == [2]


def test_counts_follow_corrections(beats: Stored, anna: Person) -> None:
    new = {"sample": 2, "to_class": "N"}
    anna.post(f"{beats.at_analysis}/corrections", json=new, headers={"If-Match": "0"})
    answer = anna.get(f"{beats.at_analysis}/summary").get_json()
    assert answer["counts"] == {"N": 3, "abnormal": 1, "Q": 1}
    assert (answer["burden"], answer["corrected"]) == ({"abnormal": 0.25}, 1)
    assert anna.get(f"{beats.at_analysis}/reference").get_json()["mismatches"] == []


@pytest.mark.parametrize(
    ("query", "row"), [("class=abnormal", 1), ("class=mismatch", 2), ("class=Q", 3)]
)
def test_jumps_go_from_row_to_row(query: str, row: int, beats: Stored, anna: Person) -> None:
    answer = anna.get(f"{beats.at_analysis}/next?{query}&from_s=0").get_json()
    assert (answer["sample"], answer["time_s"]) == (row, row)


@pytest.mark.parametrize(
    "path", ["rr", "medians", "overview", "export/annotation", "export/strip.svg"]
)
def test_what_needs_a_recording_is_not_found(path: str, beats: Stored, anna: Person) -> None:
    assert_problem(anna.get(f"{beats.at_analysis}/{path}"), 404, says="single beats")


def test_there_are_no_jumps_to_runs(beats: Stored, anna: Person) -> None:
    assert_problem(anna.get(f"{beats.at_analysis}/next?class=run"), 422)


def test_table_and_report_are_taken_away(beats: Stored, anna: Person) -> None:
    table = anna.get(f"{beats.at_analysis}/export/beats.csv").text.splitlines()
    assert table[0] == "sample,class,model_class,p_N,p_abnormal,flag,reference"
    assert table[2].startswith("1,abnormal,abnormal,")
    assert anna.get(f"{beats.at_analysis}/export/report.json").get_json()["counts"]["N"] == 2
