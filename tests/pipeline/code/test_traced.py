import subprocess
import sys
from pathlib import Path

import pytest
from traced import executed, missing, run_traced, trace_environment

from ecgfuse.pipeline.code.reach import reach

SCRIPT = Path("stages/one.py")


@pytest.fixture
def traced(repository, tmp_path):
    """Run stages/one.py; return what ran, and what of it the fingerprint misses."""

    def run():
        trace_folder = tmp_path / "trace"
        run_traced(SCRIPT, root=repository.root, trace_folder=trace_folder)
        names = {name for _, _, name in executed(trace_folder)}
        return names, missing(trace_folder, reach(SCRIPT, root=repository.root))

    return run


def test_all_functions_that_run_are_reached(traced):
    names, not_reached = traced()
    assert {"main", "compute", "Adder.add"} <= names
    assert not_reached == []


def test_functions_in_started_processes_and_threads_are_recorded_and_reached(repository, traced):
    repository.write(
        "src/ecgfuse/pool.py",
        """\
        import multiprocessing
        import os
        import threading
        from dataclasses import dataclass, field
        from functools import cache

        @dataclass
        class Unused:
            x: list = field(default_factory=lambda: [1])
            y = tuple(i for i in range(3))

        def work(x):
            return helper(x)

        def helper(x):
            return sum(i for i in range(x))

        def end():
            last()
            os._exit(0)

        def last():
            pass

        def in_thread():
            pass

        @cache
        def run():
            context = multiprocessing.get_context("spawn")
            with context.Pool(2) as pool:
                pool.map(work, [1, 2, 3])
            process = context.Process(target=end)
            process.start()
            process.join()
            thread = threading.Thread(target=in_thread)
            thread.start()
            thread.join()
        """,
    )
    repository.write(
        "stages/one.py",
        """\
        from ecgfuse.pool import run

        if __name__ == "__main__":
            run()
        """,
    )
    names, not_reached = traced()
    assert {"run", "work", "helper", "end", "last", "in_thread"} <= names
    assert not_reached == []


def test_a_hidden_call_is_noticed(repository, traced):
    repository.edit("src/ecgfuse/sums.py", "return Adder", "hidden.run()\n    return Adder")
    repository.edit("src/ecgfuse/sums.py", "import functools", "import functools\nimport hidden")
    hidden = """\
        def run():
            from ecgfuse import numbers
            numbers.untouched()
        """
    repository.write("src/hidden.py", hidden)  # acts as a library that calls back by name
    repository.edit("requirements.txt", "six==1.17.0", "hidden==1.0")
    repository.write("src/hidden-1.0.dist-info/METADATA", "Name: hidden\nVersion: 1.0\n")
    with pytest.MonkeyPatch.context() as patch:  # also installed for this process
        patch.syspath_prepend(repository.root / "src")
        names, not_reached = traced()
    assert "untouched" in names
    assert not_reached == ["src/ecgfuse/numbers.py:11 untouched"]


def test_nothing_is_recorded_without_the_variable(repository, tmp_path):
    environment = trace_environment(tmp_path, source=repository.root / "src")
    del environment["ECGFUSE_TRACE_FOLDER"]
    command = [sys.executable, str(SCRIPT)]
    subprocess.run(command, cwd=repository.root, env=environment, check=True)
    assert not list(tmp_path.glob("*.trace"))
