"""Windows of signals: all samples, or extremes of which none is lost."""

import pytest
from api_persons import Person, assert_problem
from beat_tables import FS
from stored_results import LEADS, SECONDS, Stored, store

from ecgfuse.serve.services import Services


def test_a_short_window_has_all_samples(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_recording}/signal?from_s=0&to_s=1&points=250").get_json()
    assert (answer["from_s"], answer["to_s"], answer["fs"]) == (0, 1, FS)
    first, second = answer["leads"]
    assert (first["name"], second["name"]) == LEADS
    assert (first["mode"], first["t0_s"], first["dt_s"]) == ("samples", 0, 1 / FS)
    assert first["values"][:26] == [None] * 25 + [0]
    assert (first["values"][200], second["values"][200]) == (1, -1)
    assert "min" not in first


def test_a_long_window_has_extremes(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_recording}/signal?to_s=14&points=10&leads=MLII").get_json()
    (lead,) = answer["leads"]
    assert lead["mode"] == "min_max"
    assert len(lead["min"]) == len(lead["max"])
    assert lead["max"] == [1] * 9 + [0]  # every 200 samples a beat, the last part has 44
    assert "values" not in lead


def test_beyond_the_end_there_is_nothing(stored: Stored, anna: Person) -> None:
    answer = anna.get(f"{stored.at_recording}/signal?from_s=13&to_s=100&points=500").get_json()
    assert answer["to_s"] == SECONDS
    assert len(answer["leads"][0]["values"]) == FS


@pytest.mark.parametrize(
    ("leads", "names"),
    [("V1, high", ["V1, high"]), ("V1, high,MLII", ["V1, high", "MLII"]), ("", list(LEADS))],
)
def test_leads_are_named_even_with_commas(
    leads: str, names: list[str], stored: Stored, anna: Person
) -> None:
    query = {"to_s": 1, "leads": leads}
    answer = anna.get(f"{stored.at_recording}/signal", query_string=query).get_json()
    assert [lead["name"] for lead in answer["leads"]] == names


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "to_s"),
        ("to_s=0", "empty"),
        ("from_s=3&to_s=2", "empty"),
        ("from_s=100&to_s=200", "outside"),
        ("to_s=1&leads=aVF", "no lead 'aVF'"),
        ("to_s=1&points=0", "points"),
        ("to_s=1&points=1000000", "points"),
        ("to_s=inf", "to_s"),
    ],
)
def test_wrong_windows_are_refused(query: str, says: str, stored: Stored, anna: Person) -> None:
    assert_problem(anna.get(f"{stored.at_recording}/signal?{query}"), 422, says=says)


def test_a_window_is_sent_once(stored: Stored, anna: Person) -> None:
    path = f"{stored.at_recording}/signal?to_s=1"
    first = anna.get(path)
    again = anna.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "private" in first.headers["Cache-Control"]


def test_signals_belong_to_their_owner(stored: Stored, ben: Person) -> None:
    assert_problem(ben.get(f"{stored.at_recording}/signal?to_s=1"), 404)


def test_signals_that_have_not_been_read_are_not_ready(services: Services, anna: Person) -> None:
    anna.get("/recordings")
    stored = store(services, with_signals=False, status="running")
    path = f"{stored.at_recording}/signal?to_s=1"
    assert_problem(anna.get(path), 409, says="not been read yet")
