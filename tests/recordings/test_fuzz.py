"""Randomly damaged recordings are read or rejected, quickly and with little memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from root import ROOT

FUZZING = Path(__file__).with_name("fuzzing.py")
SOURCES = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests/support")])
N_SEEDS = 150


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["header", "signal", "segments", "edf", "csv"])
def test_damaged_recordings_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    finished = subprocess.run(
        [sys.executable, str(FUZZING), kind, "0", str(N_SEEDS), str(tmp_path / "fuzz")],
        env={"PYTHONPATH": SOURCES, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-3000:]
    *faults, summary = finished.stdout.splitlines()
    assert faults == []
    n_read = int(summary.split()[0])
    # Else nothing is damaged, or everything fails the first check.
    assert 0.03 * N_SEEDS < n_read < 0.97 * N_SEEDS
    assert list(tmp_path.glob("ecgfuse-*")) == []
