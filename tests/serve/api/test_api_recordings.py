"""Recordings and analyses: listed, followed, started, cancelled and deleted by their owner."""

import json

import pytest
from api_persons import NotingQueue, Person, assert_problem
from sqlalchemy import select
from stored_results import Stored, store

from ecgfuse.serve.api.recordings import PAGE_SIZE
from ecgfuse.serve.database.tables import AnalysisRow, CorrectionRow
from ecgfuse.serve.services import Services


def test_recordings_are_listed_page_by_page(services: Services, anna: Person) -> None:
    anna.get("/recordings")
    ids = [store(services, status="queued").recording for _ in range(3)]
    first = anna.get("/recordings?page_size=2")
    assert json.loads(first.headers["X-Pagination"]) == {
        "total": 3,
        "total_pages": 2,
        "first_page": 1,
        "last_page": 2,
        "page": 1,
        "next_page": 2,
    }
    second = anna.get("/recordings?page_size=2&page=2")
    found = [one["id"] for one in (*first.get_json(), *second.get_json())]
    assert sorted(found) == sorted(ids)
    assert anna.get(f"/recordings?page={10**30}").get_json() == []
    assert all(len(one["analyses"]) == 1 for one in first.get_json())


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=0", "page_size=1000"])
def test_wrong_pages_are_refused(query: str, anna: Person) -> None:
    assert_problem(anna.get(f"/recordings?{query}"), 422)


def test_nobody_sees_the_recordings_of_others(stored: Stored, anna: Person, ben: Person) -> None:
    assert len(anna.get("/recordings").get_json()) == 1
    assert ben.get("/recordings").get_json() == []
    for path in (stored.at_recording, stored.at_analysis):
        assert anna.get(path).status_code == 200
        assert_problem(ben.get(path), 404)
        assert_problem(ben.delete(path), 404)
    assert_problem(ben.post(f"{stored.at_recording}/analyses", json={"model": "late"}), 404)
    assert PAGE_SIZE == 25


def test_without_a_token_nothing_is_answered(app: object, anna: Person) -> None:
    response = anna.client.get("/api/v1/recordings")
    assert_problem(response, 401)


def test_deleting_is_real(stored: Stored, anna: Person, services: Services) -> None:
    new = {"sample": 200, "to_class": "S"}
    anna.post(f"{stored.at_analysis}/corrections", json=new, headers={"If-Match": "*"})
    assert anna.delete(stored.at_recording).status_code == 204
    assert_problem(anna.get(stored.at_recording), 404)
    assert_problem(anna.get(stored.at_analysis), 404)
    assert_problem(anna.delete(stored.at_recording), 404)
    for kind, id in (("recordings", stored.recording), ("analyses", stored.analysis)):
        assert not (services.storage.folder / kind / id).exists()
    with services.database.reading() as session:
        assert session.scalars(select(AnalysisRow)).all() == []
        assert session.scalars(select(CorrectionRow)).all() == []


def test_another_model_starts_another_analysis(
    stored: Stored, anna: Person, queue: NotingQueue
) -> None:
    response = anna.post(f"{stored.at_recording}/analyses", json={"model": "late"})
    assert response.status_code == 202
    made = response.get_json()
    assert (made["status"], made["model"], made["lead"]) == ("queued", "late", None)
    assert queue.enqueued == [made["id"]]
    assert anna.get(f"/analyses/{made['id']}").get_json() == made
    assert len(anna.get(stored.at_recording).get_json()["analyses"]) == 2


def test_the_same_analysis_is_found_again(stored: Stored, anna: Person, queue: NotingQueue) -> None:
    again = anna.post(f"{stored.at_recording}/analyses", json={"model": "best"}).get_json()
    assert (again["id"], again["status"]) == (stored.analysis, "done")
    assert queue.enqueued == []


def test_an_analysis_needs_room_for_its_result(
    services: Services, stored: Stored, anna: Person, queue: NotingQueue
) -> None:
    services.storage.quota_bytes = services.storage.used_bytes() + 1000
    refused = anna.post(f"{stored.at_recording}/analyses", json={"model": "late"})
    assert_problem(refused, 507, says="the quota of")
    assert queue.enqueued == []


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_an_analysis_that_failed_is_started_again(
    status: str, services: Services, anna: Person, queue: NotingQueue
) -> None:
    anna.get("/recordings")
    stored = store(services, status=status)
    again = anna.post(f"{stored.at_recording}/analyses", json={"model": "best"}).get_json()
    assert (again["id"], again["status"]) == (stored.analysis, "queued")
    assert queue.enqueued == [stored.analysis]


@pytest.mark.parametrize(
    ("new", "says"),
    [
        ({}, "model"),
        ({"model": "nothing"}, "does not exist; choose one of: best"),
        ({"model": "late", "lead": "aVF"}, "choose one of: MLII, V1, high"),
        ({"model": "late", "lead": "3"}, "choose one of"),
        ({"model": "late", "lead": ""}, "lead"),
        ({"model": 1}, "model"),
    ],
)
def test_wrong_analyses_are_refused(
    new: dict[str, object], says: str, stored: Stored, anna: Person, queue: NotingQueue
) -> None:
    assert_problem(anna.post(f"{stored.at_recording}/analyses", json=new), 422, says=says)
    assert queue.enqueued == []


@pytest.mark.parametrize("lead", ["V1, high", "2"])
def test_a_lead_is_named_or_numbered(lead: str, stored: Stored, anna: Person) -> None:
    response = anna.post(f"{stored.at_recording}/analyses", json={"model": "best", "lead": lead})
    assert response.get_json()["lead"] == lead


def test_an_analysis_is_cancelled_once(services: Services, anna: Person) -> None:
    anna.get("/recordings")
    stored = store(services, status="running")
    assert anna.delete(stored.at_analysis).status_code == 204
    assert anna.get(stored.at_analysis).get_json()["status"] == "cancelled"
    assert_problem(anna.delete(stored.at_analysis), 409, says="it is cancelled")
