"""The number of processes follows cores, tasks and $ECGFUSE_WORKERS."""

import os
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE

import pytest

from ecgfuse.workers import n_workers, process_pool


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


POOL = """
import os, sys, time
from ecgfuse.workers import process_pool

def wait(seconds):
    os.write(1, f"{os.getpid()}\\n".encode())  # whole, though another process writes, too
    time.sleep(seconds)

if __name__ == "__main__":
    with process_pool(2) as pool:
        waiting = [pool.submit(wait, 60) for _ in range(8)]
        while sys.argv[1] == "wait":
            time.sleep(0.1)
        time.sleep(float(sys.argv[2]))
        raise ValueError("one failed")
"""


MAP = """
import time
from ecgfuse.workers import process_pool

def fail_or_wait(number):
    if number == 0:
        raise ValueError("the first failed")
    time.sleep(60)

if __name__ == "__main__":
    with process_pool(2) as pool:
        for _ in pool.map(fail_or_wait, range(20_000)):
            pass
"""


def pids_of(process: "subprocess.Popen[str]") -> list[int]:
    assert process.stdout is not None
    return [int(process.stdout.readline()) for _ in range(2)]


def start_pool(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    script = folder / "pool.py"
    script.write_text(POOL)
    return subprocess.Popen(
        [sys.executable, str(script), *arguments], stdout=subprocess.PIPE, stderr=PIPE, text=True
    )


def wait_for_end(pid: int) -> None:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail(f"process {pid} still runs")


def test_a_pool_ends_at_once_when_one_task_fails(tmp_path: Path) -> None:
    process = start_pool(tmp_path, "fail", "5")
    pids = pids_of(process)
    _, errors = process.communicate(timeout=30)
    assert "ValueError: one failed" in errors
    for pid in pids:
        wait_for_end(pid)


def test_a_failed_task_is_all_that_is_told_though_many_wait(tmp_path: Path) -> None:
    script = tmp_path / "map.py"
    script.write_text(MAP)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    assert "ValueError: the first failed" in done.stderr
    assert "thread" not in done.stderr.lower()
    assert "InvalidStateError" not in done.stderr


def test_results_of_a_pool_come_in_the_order_of_the_tasks() -> None:
    with process_pool(2) as pool:
        assert list(pool.map(divmod, [9, 8, 7], [2, 3, 4])) == [(4, 1), (2, 2), (1, 3)]


def test_the_processes_of_a_pool_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    process = start_pool(tmp_path, "wait")
    pids = pids_of(process)
    process.kill()
    process.communicate(timeout=30)
    for pid in pids:
        wait_for_end(pid)
