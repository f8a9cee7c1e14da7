"""A recording and a model file give one class a beat, from Python and from the command line."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb
from small_networks import spec_of

from ecgfuse import predict
from ecgfuse.export.deployable import export_model, load_deployable
from ecgfuse.models.store import StoredModel
from ecgfuse.predict import predict_record
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.records.annotations import read_beats
from ecgfuse.records.synthetic import write_synthetic_database
from ecgfuse.rr.config import RRConfig

SOURCE = Path(__file__).parents[1] / "src"
PROBABILITIES = ["p_N", "p_S", "p_V", "p_F"]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of normal conduction and a paced one."""
    folder = tmp_path_factory.mktemp("records")
    write_synthetic_database(folder, minutes=0.5, seed=1, records=("100", "102"))
    return folder


@pytest.fixture(scope="module")
def model_file(
    tmp_path_factory: pytest.TempPathFactory, preprocess_config: PreprocessConfig
) -> Path:
    preprocess = dataclasses.replace(preprocess_config, leads=("MLII", "V1", "V5"))
    spec = spec_of("hybrid", n_signal_rows=len(preprocess.rows), length=preprocess.length)
    origin = {"seed": 1, "epoch": 1, "valid_macro_auprc": 0.5}
    stored = StoredModel(spec=spec, network=spec.build(), origin=origin)
    path = tmp_path_factory.mktemp("models") / "hybrid.safetensors"
    rr = RRConfig(features="ratio", causal=False, local_beats=10, irregularity_beats=65)
    export_model([stored], preprocess=preprocess, rr=rr, out=path)
    return path


def predicted(record: Path, model_file: Path) -> pd.DataFrame:
    return predict_record(record, model=load_deployable(model_file))


def test_every_beat_but_the_first_and_the_last_gets_a_row(records: Path, model_file: Path) -> None:
    table = predicted(records / "100", model_file)
    beats = read_beats(records / "100", n_samples=30 * 360)
    assert table["sample"].tolist() == beats.r_peaks[1:-1].tolist()
    assert table["symbol"].tolist() == beats.symbols[1:-1].tolist()
    assert table["actual"].tolist() == ["NSVF"[label] for label in beats.labels[1:-1]]
    assert set(table["record"]) == {"100"}
    np.testing.assert_allclose(table["time_s"], table["sample"] / 360)


def test_highest_probability_names_the_class(records: Path, model_file: Path) -> None:
    table = predicted(records / "100", model_file)
    probabilities = table[PROBABILITIES].to_numpy()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, rtol=1e-5)
    assert table["predicted"].tolist() == ["NSVF"[index] for index in probabilities.argmax(axis=1)]


def test_beats_outside_the_four_classes_are_predicted_too(records: Path, model_file: Path) -> None:
    table = predicted(records / "102", model_file)
    assert set(table.loc[table["symbol"] == "/", "actual"]) == {"-"}
    assert table[PROBABILITIES].notna().all(axis=None)


def test_classes_in_the_annotations_are_not_read(
    records: Path, model_file: Path, tmp_path: Path
) -> None:
    before = predicted(records / "100", model_file)
    for suffix in ("hea", "dat"):
        (tmp_path / f"100.{suffix}").write_bytes((records / f"100.{suffix}").read_bytes())
    beats = read_beats(records / "100", n_samples=30 * 360)
    wfdb.wrann("100", "atr", beats.r_peaks, symbol=["Q"] * len(beats), write_dir=str(tmp_path))
    after = predicted(tmp_path / "100", model_file)
    assert set(after["actual"]) == {"-"}
    pd.testing.assert_frame_equal(after[PROBABILITIES], before[PROBABILITIES])


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["predict", *map(str, arguments)])
    predict.main()


def test_command_prints_the_counts_and_writes_the_table(
    records: Path,
    model_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "100.csv"
    run(monkeypatch, records / "100", "--model", model_file, "--out", out)
    table = pd.read_csv(out, dtype={"record": str})
    expected = predicted(records / "100", model_file)
    pd.testing.assert_frame_equal(table, expected, rtol=1e-3, check_dtype=False)
    counts = expected["predicted"].value_counts()
    printed = "  ".join(f"{name} {counts.get(name, 0)}" for name in "NSVF")
    assert capsys.readouterr().out.splitlines() == [f"100: {printed}", f"written: {out}"]


def test_command_writes_no_file_unless_asked(
    records: Path,
    model_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    run(monkeypatch, records / "100", "--model", model_file)
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_missing_record_ends_the_command_with_one_clear_line(
    model_file: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ecgfuse.predict", tmp_path / "999", "--model", model_file],
        env={"PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("predict: error: record 999: ")
    assert "is missing" in line


def test_missing_model_is_refused(records: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such model file"):
        predicted(records / "100", tmp_path / "hybrid.safetensors")
