"""Corrections by the API: versions, undo, redo, and two windows at once."""

from typing import Any

import pytest
from api_persons import Person, assert_problem
from stored_results import STEP, Stored


def correct(person: Person, stored: Stored, to_class: str, *, version: Any, row: int = 0) -> Any:
    new = {"sample": STEP * (row + 1), "to_class": to_class}
    path = f"{stored.at_analysis}/corrections"
    return person.post(path, json=new, headers={"If-Match": str(version)})


def change(person: Person, stored: Stored, what: str, *, version: Any) -> Any:
    path = f"{stored.at_analysis}/corrections/{what}"
    return person.post(path, headers={"If-Match": str(version)})


def test_a_correction_is_saved_undone_and_redone(stored: Stored, anna: Person) -> None:
    response = correct(anna, stored, "V", version=0)
    assert response.status_code == 201
    made = response.get_json()
    assert made["version"] == 1
    assert made["correction"]["from_class"] == "N"
    path = f"{stored.at_analysis}/beats"
    assert anna.get(path).get_json()["beats"]["class"][0] == "V"
    assert anna.get(path).get_json()["beats"]["model_class"][0] == "N"
    assert change(anna, stored, "undo", version=1).get_json()["version"] == 2
    assert anna.get(path).get_json()["beats"]["class"][0] == "N"
    assert change(anna, stored, "redo", version=2).get_json()["correction"]["undone"] is False
    assert anna.get(path).get_json()["beats"]["class"][0] == "V"
    assert anna.get(stored.at_analysis).get_json()["version"] == 3


def test_the_log_tells_what_can_be_undone_and_redone(stored: Stored, anna: Person) -> None:
    path = f"{stored.at_analysis}/corrections"
    log = anna.get(path).get_json()
    assert log == {"version": 0, "can_undo": False, "can_redo": False, "corrections": []}
    correct(anna, stored, "V", version=0)
    change(anna, stored, "undo", version=1)
    log = anna.get(path).get_json()
    assert (log["version"], log["can_undo"], log["can_redo"]) == (2, False, True)
    correct(anna, stored, "F", version=2)
    log = anna.get(path).get_json()
    assert (log["can_undo"], log["can_redo"]) == (True, False)
    assert [one["superseded"] for one in log["corrections"]] == [True, False]


def test_the_second_of_two_windows_is_refused_with_the_new_version(
    stored: Stored, anna: Person
) -> None:
    assert correct(anna, stored, "V", version=0).status_code == 201
    problem = assert_problem(correct(anna, stored, "S", version=0, row=1), 412)
    assert problem["version"] == 1
    assert assert_problem(change(anna, stored, "undo", version=0), 412)["version"] == 1


@pytest.mark.parametrize("version", ["0", '"0"', 'W/"0"', '"0-0.1.0"', "*"])
def test_versions_are_numbers_or_tags(version: str, stored: Stored, anna: Person) -> None:
    assert correct(anna, stored, "V", version=version).status_code == 201


@pytest.mark.parametrize("version", ["x", "", '"x"', "-1", "1.5", "9" * 30])
def test_other_versions_are_refused(version: str, stored: Stored, anna: Person) -> None:
    assert_problem(correct(anna, stored, "V", version=version), 400, says="If-Match")


def test_a_change_without_a_version_is_refused(stored: Stored, anna: Person) -> None:
    path = f"{stored.at_analysis}/corrections"
    assert_problem(anna.post(path, json={"sample": STEP, "to_class": "V"}), 428)
    assert_problem(anna.post(f"{path}/undo"), 428)


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ({"sample": STEP + 1, "to_class": "V"}, "no beat at sample"),
        ({"sample": 2**52, "to_class": "V"}, "no beat at sample"),
        ({"sample": STEP, "to_class": "abnormal"}, "no class of the model"),
        ({"sample": -1, "to_class": "V"}, "sample"),
        ({"sample": 2**70, "to_class": "V"}, "sample"),
        ({"sample": STEP}, "to_class"),
        ({"sample": "200", "to_class": "V"}, "sample"),
    ],
)
def test_wrong_corrections_are_refused(
    new: dict[str, Any], says: str, stored: Stored, anna: Person
) -> None:
    path = f"{stored.at_analysis}/corrections"
    assert_problem(anna.post(path, json=new, headers={"If-Match": "0"}), 422, says=says)
    assert anna.get(path).get_json()["version"] == 0


def test_what_changes_nothing_is_refused(stored: Stored, anna: Person) -> None:
    assert_problem(correct(anna, stored, "N", version=0), 409, says="already")
    assert_problem(change(anna, stored, "undo", version=0), 409, says="no correction to undo")
    assert_problem(change(anna, stored, "redo", version=0), 409, says="no undone correction")
    assert anna.get(stored.at_analysis).get_json()["version"] == 0


def test_nobody_corrects_the_labels_of_others(stored: Stored, anna: Person, ben: Person) -> None:
    assert_problem(correct(ben, stored, "V", version="*"), 404)
    assert_problem(change(ben, stored, "undo", version="*"), 404)
    assert anna.get(stored.at_analysis).get_json()["version"] == 0
