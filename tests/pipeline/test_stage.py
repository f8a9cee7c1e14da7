"""A stage ends with one line and the right exit code, whatever happens in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from root import ROOT

SOURCE = ROOT / "src"
INTERRUPTS = {
    "Ctrl-C": "raise KeyboardInterrupt",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)",
}


def run(folder: Path, body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a stage script train.py with the given main."""
    script = folder / "train.py"
    script.write_text(
        "import errno, os, signal, time\n"
        "from ecgfuse.pipeline.stage import run_stage\n"
        f"def main():\n    {body}\n"
        "run_stage(main)\n"
    )
    inherited = {key: value for key, value in os.environ.items() if key != "ECGFUSE_DEBUG"}
    return subprocess.run(
        [sys.executable, str(script)],
        env=inherited | {"PYTHONPATH": str(SOURCE)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def only_line(text: str) -> str:
    """The only non-empty line; an empty one may precede it, to end a progress bar."""
    (line,) = filter(None, text.split("\n"))
    return line


def test_a_stage_that_succeeds_prints_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "pass")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("raise ValueError('rr.local_beats is 0')", "rr.local_beats is 0"),
        ("open('absent.txt')", "[Errno 2] No such file or directory: 'absent.txt'"),
    ],
)
def test_an_error_of_the_user_is_one_line_without_traceback(
    tmp_path: Path, body: str, message: str
) -> None:
    done = run(tmp_path, body)
    assert done.returncode == 1
    assert only_line(done.stderr) == f"train: error: {message}"


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ("'No space left', 'data/beats/ecg.npy'", "data/beats/ecg.npy"),
        ("'No space left'", "no space left on device"),
    ],
)
def test_a_full_disk_is_reported_with_a_cure(tmp_path: Path, arguments: str, place: str) -> None:
    done = run(tmp_path, f"raise OSError(errno.ENOSPC, {arguments})")
    assert done.returncode == 1
    line = only_line(done.stderr)
    assert line.startswith(f"train: error: the disk is full ({place}); free some space")
    assert "dvc gc" in line


@pytest.mark.parametrize("body", INTERRUPTS.values(), ids=INTERRUPTS)
def test_an_interrupted_stage_exits_with_130_and_reports_how_to_resume(
    tmp_path: Path, body: str
) -> None:
    done = run(tmp_path, body)
    assert done.returncode == 130
    assert only_line(done.stderr) == ("train: interrupted; run the same command again to resume")


def test_the_traceback_can_be_requested(tmp_path: Path) -> None:
    done = run(tmp_path, "raise ValueError('here')", ECGFUSE_DEBUG="1")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ValueError: here" in done.stderr


def test_a_bug_keeps_its_traceback(tmp_path: Path) -> None:
    done = run(tmp_path, "None + 1")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
