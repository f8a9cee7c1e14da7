"""The command line prints results, ends with the right code and says what is wrong in one line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import wfdb

SOURCE = Path(__file__).parents[1] / "src"
LATE = 200_000
"""A sample after the first five minutes at 360 Hz."""


def ecgfuse(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ecgfuse.cli", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def write(path: Path, symbols: str, *, first: int = LATE) -> Path:
    samples = first + 300 * np.arange(len(symbols))
    path.parent.mkdir(exist_ok=True)
    wfdb.wrann(
        path.stem,
        path.suffix[1:],
        samples,
        symbol=list(symbols),
        fs=360,
        write_dir=str(path.parent),
    )
    return path


def test_help_names_the_subcommands_without_loading_what_they_need() -> None:
    done = ecgfuse("--help")
    assert done.returncode == 0
    assert "score" in done.stdout
    code = "import sys, ecgfuse.cli; print({'numpy', 'torch', 'wfdb'} & set(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout == "set()\n"


def test_two_files_are_scored(tmp_path: Path) -> None:
    done = ecgfuse(
        "score", write(tmp_path / "100.atr", "NVNS"), write(tmp_path / "100.ecgfuse", "NVVS")
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "VEB positive predictivity:  50.00% (1/2)" in done.stdout
    assert "SVEB sensitivity: 100.00% (1/1)" in done.stdout
    assert "Average" not in done.stdout


def test_folders_are_scored_record_by_record_and_written_as_json(tmp_path: Path) -> None:
    for name, called in (("100", "NVN"), ("101", "NNN")):
        write(tmp_path / "ref" / f"{name}.atr", "NVN")
        write(tmp_path / "out" / f"{name}.tst", called)
    done = ecgfuse(
        *("score", tmp_path / "ref", tmp_path / "out", "--test-annotator", "tst"),
        *("--json", tmp_path / "scores.json"),
    )
    assert (done.returncode, done.stderr) == (0, "")
    begins = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
    assert begins[:9] == [
        "Beat-by-beat", "Reference:", "Test:", "Record", "100", "101", "Sum", "Gross", "Average",
    ]  # fmt: skip
    assert json.loads((tmp_path / "scores.json").read_text())["gross"]["veb"]["se"] == 0.5


def test_start_and_end_choose_what_is_compared(tmp_path: Path) -> None:
    path = write(tmp_path / "100.atr", "NNNN", first=360)  # 1 s, then every 0.83 s
    for options, beats in (
        ([], "(0/0)"),
        (["--start", "0"], "(4/4)"),
        (["--start", "1.5", "--end", "3"], "(2/2)"),
    ):
        done = ecgfuse("score", path, path, *options)
        assert f"{beats}\n QRS positive" in done.stdout


def test_an_error_is_one_line_and_code_1(tmp_path: Path) -> None:
    path = write(tmp_path / "100.atr", "NN")
    done = ecgfuse("score", path, tmp_path / "absent.tst")
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "error: " in line
    assert "absent.tst: no such file" in line


@pytest.mark.parametrize("arguments", [[], ["score"], ["score", "a", "b", "--start", "soon"]])
def test_a_wrong_call_is_code_2_with_the_usage(arguments: list[str]) -> None:
    done = ecgfuse(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ecgfuse")
