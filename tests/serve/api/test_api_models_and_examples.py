"""Models, performance and examples by the API."""

import pytest
from api_persons import NotingQueue, Person, assert_problem

from ecgfuse.serve.performance import read_performance


def test_models_are_listed_with_their_performance(anna: Person) -> None:
    models = anna.get("/models").get_json()
    assert models[0]["name"] == "best"
    assert models[0]["classes"] == ["N", "S", "V", "F", "Q"]
    by_name = {model["name"]: model for model in models}
    assert by_name["causal"]["look_ahead_s"] == 1.2
    assert by_name["hybrid"]["performance"]["dataset"] == "DS2"


def test_the_performance_is_that_of_the_package(anna: Person) -> None:
    assert anna.get("/performance").get_json() == read_performance()


def test_examples_are_listed(anna: Person) -> None:
    examples = anna.get("/examples").get_json()
    assert all(example["synthetic"] for example in examples)
    assert len(examples) >= 3


@pytest.mark.slow
def test_an_example_becomes_a_recording(anna: Person, queue: NotingQueue) -> None:
    example = next(one for one in anna.get("/examples").get_json() if one["duration_s"])
    response = anna.post(f"/examples/{example['name']}", json={"model": "late"})
    assert response.status_code == 201, response.text
    (recording,) = response.get_json()["recordings"]
    assert recording["duration_s"] == example["duration_s"]
    assert recording["analyses"][0]["model"] == "late"
    assert queue.enqueued == [recording["analyses"][0]["id"]]


def test_an_example_needs_no_options(anna: Person) -> None:
    assert_problem(anna.post("/examples/nothing"), 404)
    assert_problem(anna.post("/examples/nothing", json={"model": "nothing"}), 422)
    assert_problem(anna.post("/examples/nothing", json={"more": 1}), 422)
