"""The number of processes follows cores, tasks and $ECGFUSE_WORKERS."""

import os

import pytest

from ecgfuse.workers import n_workers


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECGFUSE_WORKERS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)


@pytest.mark.parametrize(("n_tasks", "expected"), [(44, 4), (4, 4), (3, 3), (1, 1), (0, 1)])
def test_there_is_one_process_a_core_and_never_more_than_tasks(n_tasks: int, expected: int) -> None:
    assert n_workers(n_tasks) == expected


@pytest.mark.parametrize(("wanted", "expected"), [("1", 1), ("2", 2), ("6", 6), ("99", 44)])
def test_the_environment_decides_where_it_is_set(
    monkeypatch: pytest.MonkeyPatch, wanted: str, expected: int
) -> None:
    monkeypatch.setenv("ECGFUSE_WORKERS", wanted)
    assert n_workers(44) == expected


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECGFUSE_WORKERS", "")
    assert n_workers(44) == 4


@pytest.mark.parametrize("wanted", ["0", "-1", "two", "1.5", " 2", "²"])
def test_anything_but_a_number_of_one_or_more_is_refused(
    monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    monkeypatch.setenv("ECGFUSE_WORKERS", wanted)
    with pytest.raises(
        ValueError, match=rf"ECGFUSE_WORKERS is '{wanted}', but must be a number of 1 or more"
    ):
        n_workers(44)


def test_systems_that_cannot_tell_their_cores_get_one_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert n_workers(44) == 1
