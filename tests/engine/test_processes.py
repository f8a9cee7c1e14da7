"""Number of worker processes, and a process pool that ends cleanly."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing.context import SpawnProcess
from pathlib import Path
from subprocess import PIPE

import pytest
from pool_tasks import report_and_square, wait_or_fail
from root import ROOT

from ecgfuse.engine.processes import n_workers, process_pool


@pytest.fixture(autouse=True)
def four_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECGFUSE_WORKERS", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2, 3}, raising=False)


@pytest.mark.parametrize(("n_tasks", "expected"), [(44, 4), (4, 4), (3, 3), (1, 1), (0, 1)])
def test_default_is_one_process_per_core_and_at_most_one_per_task(
    n_tasks: int, expected: int
) -> None:
    assert n_workers(n_tasks) == expected


@pytest.mark.parametrize(("wanted", "expected"), [("1", 1), ("2", 2), ("6", 6), ("99", 44)])
def test_environment_variable_sets_the_number(
    monkeypatch: pytest.MonkeyPatch, wanted: str, expected: int
) -> None:
    monkeypatch.setenv("ECGFUSE_WORKERS", wanted)
    assert n_workers(44) == expected


def test_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECGFUSE_WORKERS", "")
    assert n_workers(44) == 4


@pytest.mark.parametrize("wanted", ["0", "-1", "two", "1.5", " 2", "²"])
def test_invalid_number_of_workers_is_refused(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    monkeypatch.setenv("ECGFUSE_WORKERS", wanted)
    with pytest.raises(
        ValueError, match=rf"ECGFUSE_WORKERS is '{wanted}', but must be a number of 1 or more"
    ):
        n_workers(44)


def test_unknown_number_of_cores_means_one_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert n_workers(44) == 1


POOL = """
import os, sys, time
from ecgfuse.engine.processes import process_pool

def wait(seconds):
    os.write(1, f"{os.getpid()}\\n".encode())  # atomic, as another process writes too
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
from ecgfuse.engine.processes import process_pool

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


def test_pool_ends_immediately_when_its_parent_fails(tmp_path: Path) -> None:
    process = start_pool(tmp_path, "fail", "1")
    pids = pids_of(process)
    _, errors = process.communicate(timeout=30)
    assert "ValueError: one failed" in errors
    for pid in pids:
        wait_for_end(pid)


@pytest.mark.slow
def test_only_the_failed_task_is_reported_although_many_wait(tmp_path: Path) -> None:
    script = tmp_path / "map.py"
    script.write_text(MAP)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=60)
    assert "ValueError: the first failed" in done.stderr
    assert "thread" not in done.stderr.lower()
    assert "InvalidStateError" not in done.stderr


def test_results_are_in_the_order_of_the_tasks() -> None:
    with process_pool(2) as pool:
        assert list(pool.map(divmod, [9, 8, 7], [2, 3, 4])) == [(4, 1), (2, 2), (1, 3)]


INTERRUPTED = """
import os, signal, time
from ecgfuse.engine.processes import process_pool
from ecgfuse.pipeline.stage import run_stage

def wait(seconds):
    os.write(1, f"{os.getpid()}\\n".encode())
    time.sleep(seconds)

def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the test runner may ignore it
    with process_pool(2) as pool:
        list(pool.map(wait, [60] * 8))

if __name__ == "__main__":
    run_stage(main)
"""


def test_ctrl_c_ends_all_processes_immediately_and_without_tracebacks(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED)
    process = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=PIPE,
        stderr=PIPE,
        text=True,
        start_new_session=True,
    )
    pids = pids_of(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == "\nscript: interrupted; run the same command again to resume\n"
    for pid in pids:
        wait_for_end(pid)


def test_workers_ignore_ctrl_c_even_while_they_start(monkeypatch: pytest.MonkeyPatch) -> None:
    start = SpawnProcess.start

    def start_and_interrupt(process: SpawnProcess) -> None:
        start(process)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)

    monkeypatch.setattr(SpawnProcess, "start", start_and_interrupt)
    with process_pool(1) as pool:
        assert list(pool.map(divmod, [9], [2])) == [(4, 1)]


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    process = start_pool(tmp_path, "wait")
    pids = pids_of(process)
    process.kill()
    process.communicate(timeout=30)
    for pid in pids:
        wait_for_end(pid)


def test_progress_reaches_the_parent_before_the_pool_ends() -> None:
    reported: list[int] = []
    with process_pool(2, progress=reported.append) as pool:
        assert list(pool.map(report_and_square, [1, 2, 3, 4])) == [1, 4, 9, 16]
    assert sorted(reported) == [1, 2, 3, 4]


def test_progress_outside_of_a_pool_is_ignored() -> None:
    assert report_and_square(3) == 9


def test_first_failure_ends_the_pool_although_an_earlier_task_still_runs() -> None:
    started = time.monotonic()
    with pytest.raises(ValueError, match=r"failed after 0\.1 s"), process_pool(2) as pool:
        list(pool.map(wait_or_fail, [60.0, 0.1]))
    assert time.monotonic() - started < 30
