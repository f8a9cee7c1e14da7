"""Recordings that are damaged at random are read, or refused in time and within little memory."""

import subprocess
import sys
from pathlib import Path

import pytest

FUZZING = Path(__file__).with_name("fuzzing.py")
SOURCES = Path(__file__).parents[2] / "src"


@pytest.mark.parametrize("kind", ["header", "signal", "segments", "edf", "csv"])
def test_damaged_recordings_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    finished = subprocess.run(
        [sys.executable, str(FUZZING), kind, "0", "400", str(tmp_path / "fuzz")],
        env={"PYTHONPATH": str(SOURCES), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    *faults, summary = finished.stdout.splitlines()
    assert faults == []
    n_read = int(summary.split()[0])
    assert 10 < n_read < 390  # else nothing is damaged, or everything beyond the first check
    assert list(tmp_path.glob("ecgfuse-*")) == []
