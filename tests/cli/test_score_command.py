"""ecgfuse score prints tables or JSON, and reports errors in one line."""

import json
from pathlib import Path

import numpy as np
import wfdb
from commands import ecgfuse

LATE = 200_000
"""A sample after the first five minutes at 360 Hz."""


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


def test_two_files_are_scored(tmp_path: Path) -> None:
    done = ecgfuse(
        "score", write(tmp_path / "100.atr", "NVNS"), write(tmp_path / "100.ecgfuse", "NVVS")
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "VEB positive predictivity:  50.00% (1/2)" in done.stdout
    assert "SVEB sensitivity: 100.00% (1/1)" in done.stdout
    assert "Average" not in done.stdout


def test_folders_are_scored_record_by_record(tmp_path: Path) -> None:
    for name, called in (("100", "NVN"), ("101", "NNN")):
        write(tmp_path / "ref" / f"{name}.atr", "NVN")
        write(tmp_path / "out" / f"{name}.tst", called)
    done = ecgfuse("score", tmp_path / "ref", tmp_path / "out", "--test-annotator", "tst")
    assert (done.returncode, done.stderr) == (0, "")
    begins = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
    assert begins[:9] == [
        "Beat-by-beat", "Reference:", "Test:", "Record", "100", "101", "Sum", "Gross", "Average",
    ]  # fmt: skip


def test_json_replaces_the_tables(tmp_path: Path) -> None:
    reference, test = write(tmp_path / "100.atr", "NVV"), write(tmp_path / "100.tst", "NVN")
    document = json.loads(ecgfuse("score", reference, test, "--json").stdout)
    assert document["gross"]["veb"]["se"] == 0.5
    assert document["records"]["100"]["counts"]["V"]["v"] == 1


def test_start_and_end_limit_the_test_period(tmp_path: Path) -> None:
    path = write(tmp_path / "100.atr", "NNNN", first=360)  # 1 s, then every 0.83 s
    for options, beats in (
        (["--start", "0"], "(4/4)"),
        (["--start", "1.5", "--end", "3"], "(2/2)"),
    ):
        done = ecgfuse("score", path, path, *options)
        assert f"{beats}\n QRS positive" in done.stdout


def test_a_record_without_a_beat_in_the_test_period_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "100.atr", "NNNN", first=360)
    done = ecgfuse("score", path, path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no beat after 300 s; use --start 0" in done.stderr


def test_an_error_is_one_line_with_exit_code_1(tmp_path: Path) -> None:
    path = write(tmp_path / "100.atr", "NN")
    done = ecgfuse("score", path, tmp_path / "absent.tst")
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "error: " in line
    assert "absent.tst: no such file" in line
