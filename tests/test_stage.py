"""A stage ends with one clear line and the right exit code, whatever happens in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
NO_SPACE = "raise OSError(errno.ENOSPC, 'No space left on device', 'data/beats/ecg.npy')"
INTERRUPTS = {
    "Ctrl-C": "raise KeyboardInterrupt",
    "SIGTERM": "os.kill(os.getpid(), signal.SIGTERM); time.sleep(30)",
}


def run(folder: Path, body: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a stage script train.py with the given main."""
    script = folder / "train.py"
    script.write_text(
        "import errno, os, signal, time\n"
        "from ecgfuse.stage import run_stage\n"
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
    """The line that is not empty; an empty one may go before it, to leave a progress bar."""
    (line,) = filter(None, text.split("\n"))
    return line


def test_a_stage_that_succeeds_says_nothing(tmp_path: Path) -> None:
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


def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path, NO_SPACE)
    assert done.returncode == 1
    line = only_line(done.stderr)
    assert line.startswith("train: error: the disk is full (data/beats/ecg.npy); free some space")
    assert "dvc gc" in line


def test_a_full_disk_without_a_file_name_is_told_too(tmp_path: Path) -> None:
    line = only_line(run(tmp_path, "raise OSError(errno.ENOSPC, 'No space left')").stderr)
    assert "the disk is full (no space left on device)" in line


@pytest.mark.parametrize("body", INTERRUPTS.values(), ids=INTERRUPTS)
def test_an_interrupted_stage_exits_with_130_and_says_how_to_go_on(
    tmp_path: Path, body: str
) -> None:
    done = run(tmp_path, body)
    assert done.returncode == 130
    assert only_line(done.stderr) == ("train: interrupted; 'dvc repro' continues where it stopped")


def test_the_traceback_can_be_asked_for(tmp_path: Path) -> None:
    done = run(tmp_path, "raise ValueError('here')", ECGFUSE_DEBUG="1")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert "ValueError: here" in done.stderr


def test_a_mistake_in_the_code_keeps_its_traceback(tmp_path: Path) -> None:
    done = run(tmp_path, "None + 1")
    assert done.returncode == 1
    assert "Traceback" in done.stderr
