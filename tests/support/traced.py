"""Record which functions a stage runs, and find those that its fingerprints miss."""

import os
import subprocess
import sys
from pathlib import Path

from root import ROOT

from ecgfuse.pipeline.code.reach import Reached

TRACING = ROOT / "tests/pipeline/code/tracing"


def trace_environment(trace_folder: Path, *, source: Path) -> dict[str, str]:
    """Environment variables with which every Python process records what it runs.

    Args:
        trace_folder: existing folder for the records.
        source: folder that the package is imported from.
    """
    return {
        **os.environ,
        "ECGFUSE_TRACE_FOLDER": str(trace_folder.resolve()),
        "PYTHONPATH": os.pathsep.join([str(TRACING), str(source.resolve())]),
    }


def run_traced(script: Path, *, root: Path, trace_folder: Path) -> None:
    """Run a stage script of a repository and record it."""
    trace_folder.mkdir(parents=True, exist_ok=True)
    environment = trace_environment(trace_folder, source=root / "src")
    subprocess.run([sys.executable, str(script)], cwd=root, env=environment, check=True)


def executed(trace_folder: Path) -> set[tuple[str, int, str]]:
    """Path in the repository, first line and name of all functions that ran."""
    found = set()
    for file in trace_folder.glob("*.trace"):
        for line in file.read_text().splitlines():
            path, first_line, name = line.split("\t")
            found.add((path, int(first_line), name))
    return found


def missing(trace_folder: Path, reached: Reached) -> list[str]:
    """The functions that ran but are not among what the script reaches."""
    # A template is reached as a whole; the code that Jinja compiles from it has its name.
    spans = reached.spans() | {path: [(0, sys.maxsize)] for path in reached.files}
    return sorted(
        f"{path}:{line} {name}"
        for path, line, name in executed(trace_folder)
        if not any(first <= line <= last for first, last in spans.get(Path(path), []))
    )
