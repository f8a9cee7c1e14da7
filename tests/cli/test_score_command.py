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


def test_a_record_without_a_test_file_is_named(tmp_path: Path) -> None:
    for name in ("100", "101", "102"):
        write(tmp_path / "ref" / f"{name}.atr", "NVN")
    for name in ("100", "103"):
        write(tmp_path / "out" / f"{name}.ecgfuse", "NVN")
    (tmp_path / "out" / "101.ecgfuse").write_bytes(b"\0\0")
    for options in ([], ["--json"]):
        done = ecgfuse("score", tmp_path / "ref", tmp_path / "out", *options)
        assert done.returncode == 0
        assert done.stderr.splitlines() == [
            "ecgfuse: warning: not scored, since there is no test file: 102",
            "ecgfuse: warning: not scored, since there is no reference file: 103",
            "ecgfuse: warning: no test beat in the test period: 101",
        ]
    document = json.loads(done.stdout)
    assert document["without_test"] == ["102"]
    # The empty file found nothing: all beats of 101 are missed.
    assert document["records"]["101"]["qrs"] == {"se": 0.0, "ppv": None}


def test_the_limits_of_bxb_are_an_option(tmp_path: Path) -> None:
    for name, called in (("100", "SSN"), ("101", "SNS")):
        write(tmp_path / "ref" / f"{name}.atr", "SFN")
        write(tmp_path / "out" / f"{name}.ecgfuse", called)
    folders = (tmp_path / "ref", tmp_path / "out")
    # S called S twice, F called S once, N called S once.
    for options, ppv in (([], 2 / 4), (["--bxb-quirks"], 2 / 3)):
        document = json.loads(ecgfuse("score", *folders, "--json", *options).stdout)
        assert document["gross"]["sveb"]["ppv"] == ppv
        assert document["bxb_quirks"] == bool(options)
    done = ecgfuse("score", *folders, "--bxb-quirks")
    assert done.stdout.startswith(
        "Beat-by-beat comparison from 300 s to the end of 100, 101, with the limits of bxb\n"
    )


def test_beats_within_the_flutter_of_the_reference_are_no_false_positives(tmp_path: Path) -> None:
    reference = write(tmp_path / "flutter.atr", "NNN[N]N")
    test = write(tmp_path / "flutter.tst", "NNNVVVN")  # at '[', within, and at ']'
    document = json.loads(ecgfuse("score", reference, test, "--json").stdout)
    assert document["gross"]["qrs"] == {"se": 1.0, "ppv": 1.0}
    assert document["gross"]["veb"]["fpr"] == 0.0


def test_an_error_is_one_line_with_exit_code_1(tmp_path: Path) -> None:
    path = write(tmp_path / "100.atr", "NN")
    done = ecgfuse("score", path, tmp_path / "absent.tst")
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "error: " in line
    assert "absent.tst: no such file" in line
