"""ecgfuse annotate: files in, files out; a failure is reported and does not affect the others."""

import json
import os
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb
from commands import ecgfuse, ecgfuse_process
from single_beat_files import write_single_beat_file
from wfdb_records import write_record

from ecgfuse.recordings.annotation_reader import read_annotation

FS = 360
PEAKS = np.arange(300, 15 * FS - 300, 288)
OUTPUTS = ["r1.beats.csv", "r1.ecgfuse", "r1.html"]


def heartbeats() -> np.ndarray:
    """15 s of QRS complexes of 1 mV in noise."""
    times = np.arange(15 * FS)
    signal = 0.01 * np.random.default_rng(0).normal(size=len(times))
    for peak in PEAKS:
        signal += np.exp(-0.5 * ((times - peak) / 5) ** 2)
    return signal


def write(folder: Path, name: str = "r1") -> Path:
    folder.mkdir(exist_ok=True)
    leads = {"V1": heartbeats() / 2, "MLII": heartbeats()}
    return write_record(folder, name=name, leads=leads, peaks=PEAKS, symbols="N" * len(PEAKS))


def write_csv(path: Path, *, scale: float = 1.0) -> Path:
    pd.DataFrame({"II": scale * heartbeats()}).to_csv(path, index=False)
    return path


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.slow
def test_one_record_becomes_three_files_that_can_be_scored(tmp_path: Path) -> None:
    path, out = write(tmp_path), tmp_path / "out"
    done = ecgfuse_process("annotate", path, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout
        == f"r1: lead MLII: {len(PEAKS)} beats  N {len(PEAKS) - 2}  S 0  V 0  F 0  Q 2  -> "
        + (f"{out / 'r1.html'}\n")
    )
    assert files_in(out) == OUTPUTS
    table = pd.read_csv(out / "r1.beats.csv", keep_default_na=False)
    assert list(table) == ["sample", "time_s", "class", "p_N", "p_S", "p_V", "p_F", "flag"]
    annotations = read_annotation(out / "r1.ecgfuse")
    assert annotations.samples.tolist() == table["sample"].tolist()
    assert annotations.symbols.tolist() == table["class"].tolist()
    assert annotations.fs == FS
    assert wfdb.rdann(str(out / "r1"), "ecgfuse").symbol == table["class"].tolist()
    page = (out / "r1.html").read_text()
    assert "<h1>r1</h1>" in page
    assert "Lead MLII" in page
    assert "http" not in page
    done = ecgfuse_process("score", f"{path}.atr", out / "r1.ecgfuse", "--start", "0", "--json")
    assert json.loads(done.stdout)["gross"]["qrs"] == {"se": 1.0, "ppv": 1.0}


@pytest.mark.parametrize("extension", ["atr", ".atr"])
def test_reference_beats_are_used_if_named(tmp_path: Path, extension: str) -> None:
    path = write(tmp_path)
    done = ecgfuse("annotate", path, "--beats", extension, "--out", tmp_path, "--no-page")
    assert (done.returncode, done.stderr) == (0, "")
    table = pd.read_csv(tmp_path / "r1.beats.csv")
    assert table["sample"].tolist() == PEAKS.tolist()
    assert not (tmp_path / "r1.html").exists()


def test_quiet_prints_nothing(tmp_path: Path) -> None:
    done = ecgfuse("annotate", write(tmp_path), "--out", tmp_path, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["홍 길동 1", "two words", "a.b"])
def test_any_file_name_works(tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path / f"{name}.csv")
    done = ecgfuse("annotate", path.name, "--fs", "360", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for ending in ("ecgfuse", "beats.csv", "html"):
        assert (tmp_path / "annotated" / f"{name}.{ending}").is_file()


def test_one_failure_in_a_folder_does_not_stop_the_others_and_sets_the_exit_code(
    tmp_path: Path,
) -> None:
    for name in ("a", "b", "c"):
        write(tmp_path / "in", name)
    (tmp_path / "in" / "b.dat").write_bytes(b"cut")
    done = ecgfuse("annotate", tmp_path / "in", "--out", tmp_path / "out", "--json")
    assert done.returncode == 3
    found = json.loads(done.stdout)
    assert [result.get("recording") for result in found] == ["a", None, "c"]
    assert "b.dat" in found[1]["error"]
    assert done.stderr.splitlines()[-1] == "ecgfuse: 1 of 3 recordings failed"
    assert not list((tmp_path / "out").glob("b.*"))


def test_the_lead_of_a_table_is_named_with_its_column_unit_and_rate(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"측정시간(초)": np.arange(15 * FS) / FS, "V1": -heartbeats(), "리드 II": heartbeats()}
    )
    table.to_csv(tmp_path / "r1.csv", index=False, encoding="cp949")
    done = ecgfuse("annotate", tmp_path / "r1.csv", "--out", tmp_path)
    lead = "lead 리드 II (column 3, mV, assumed, 360 Hz by column 1 (측정시간(초)))"
    assert done.stdout.startswith(f"r1: {lead}: {len(PEAKS)} beats  N ")
    done = ecgfuse("annotate", tmp_path / "r1.csv", "--out", tmp_path, "--json")
    (result,) = json.loads(done.stdout)
    assert result["lead"] == "리드 II"
    assert result["lead_from"] == {
        "column": 3,
        "unit": "mV",
        "unit_from": "assumed",
        "fs_from": "column 1 (측정시간(초))",
    }


def test_json_contains_counts_burden_runs_and_files(tmp_path: Path) -> None:
    (result,) = json.loads(ecgfuse("annotate", write(tmp_path), "--json", folder=tmp_path).stdout)
    assert result["counts"] == {"N": len(PEAKS) - 2, "S": 0, "V": 0, "F": 0, "Q": 2}
    assert result["burden"] == {"S": 0, "V": 0, "F": 0}
    assert result["ectopy"]["V"] == {
        "single": 0, "couplets": 0, "runs": 0, "longest_run_beats": 0,
    }  # fmt: skip
    assert result["heart_rate"]["mean"] == pytest.approx(75, abs=0.3)
    assert (result["runs"], result["without_signal_s"], result["start"]) == ([], {}, None)
    assert (result["pauses"], result["warnings"]) == ([], [])
    assert len(result["model_sha256"]) == 64
    assert result["lead_from"] is None
    assert (result["lead"], result["model"], result["beats_from"]) == ("MLII", "best", "detect")
    assert all((tmp_path / file).is_file() for file in result["files"])


def test_a_model_of_single_beats_reports_its_own_classes(tmp_path: Path) -> None:
    model = write_single_beat_file(tmp_path / "means.onnx")
    call = ["annotate", write(tmp_path), "--model", model, "--out", tmp_path / "out"]
    done = ecgfuse(*call)
    assert (done.returncode, done.stderr) == (0, "")
    counts = f"N {len(PEAKS) - 1}  abnormal 0  Q 1"  # the last beat is cut off
    assert done.stdout.startswith(f"r1: lead MLII: {len(PEAKS)} beats  {counts}  -> ")
    (result,) = json.loads(ecgfuse(*call, "--json").stdout)
    assert result["model"] == "means"
    assert result["counts"] == {"N": len(PEAKS) - 1, "abnormal": 0, "Q": 1}
    assert list(result["burden"]) == list(result["ectopy"]) == ["abnormal"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--lead", "V9"], "no lead 'V9'"),
        (["--model", "hybird"], "no model 'hybird'"),
        (["--beats", "qrs"], "r1.qrs: no such annotation file"),
        (["--fs", "250"], "360 Hz, but --fs is 250"),
    ],
)
def test_an_unusable_option_is_reported_in_one_line_with_exit_code_1(
    tmp_path: Path, options: list[str], message: str
) -> None:
    done = ecgfuse("annotate", write(tmp_path), "--out", tmp_path / "out", *options)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert message in line
    assert not (tmp_path / "out").exists()


def test_an_implausible_unit_is_a_warning_and_no_failure(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "r1.csv", scale=1000)
    done = ecgfuse("annotate", path, "--fs", "360", "--json", folder=tmp_path)
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"ecgfuse: warning: {path}: the QRS amplitude is ")
    assert "--units" in line
    (result,) = json.loads(done.stdout)
    assert len(result["warnings"]) == 1
    done = ecgfuse("annotate", path, "--fs", "360", "--units", "uV", "--json", folder=tmp_path)
    assert json.loads(done.stdout)[0]["warnings"] == []


def test_an_output_folder_that_is_a_file_is_reported_before_anything_is_read(
    tmp_path: Path,
) -> None:
    path = write(tmp_path)
    for out in (f"{path}.hea", f"{path}.hea/results"):
        done = ecgfuse("annotate", path, "--out", out)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == f"ecgfuse: error: --out {out}: {path}.hea is a file; name a folder\n"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_file_name_in_another_encoding_is_annotated_and_printed(tmp_path: Path) -> None:
    for name in (os.fsdecode("홍".encode("cp949")), "z"):
        write_csv(tmp_path / f"{name}.csv")
    for options in ([], ["--json"]):
        out = tmp_path / "out"
        call = ["annotate", tmp_path, "--fs", "360", "--out", out, *options]
        done = ecgfuse(*call, encoding="ascii")
        assert (done.returncode, done.stderr) == (0, "")
        assert len(files_in(out)) == 6


def test_a_flat_lead_has_no_beats_and_the_error_names_other_leads(tmp_path: Path) -> None:
    write_record(tmp_path, leads={"MLII": np.zeros(3600), "V1": heartbeats()[:3600]})
    done = ecgfuse("annotate", tmp_path / "r1", folder=tmp_path)
    assert done.returncode == 1
    assert "no heartbeat was detected in lead MLII" in done.stderr
    assert "V1" in done.stderr
    assert ecgfuse("annotate", tmp_path / "r1", "--lead", "2", folder=tmp_path).returncode == 0


def test_two_recordings_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    write(tmp_path)
    write_csv(tmp_path / "r1.csv")
    done = ecgfuse("annotate", tmp_path, "--fs", "360", "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "has the same name" in done.stderr


def test_results_in_the_input_folder_are_not_annotated_next_time(tmp_path: Path) -> None:
    write(tmp_path)
    for _ in range(2):
        done = ecgfuse("annotate", ".", "--out", ".", "--json", folder=tmp_path)
        assert len(json.loads(done.stdout)) == 1
