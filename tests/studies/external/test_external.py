"""Another database is read at its sampling rate and by its leads, all records as test."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from other_databases import LEADS, RATES, write_database
from serial_pool import serial_pool
from wfdb_records import write_record

from ecgfuse.datasets.beats import load_beats
from ecgfuse.datasets.rr import load_rr
from ecgfuse.download.sources import download
from ecgfuse.pipeline.params import build_config
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.external.config import ExternalConfig
from ecgfuse.studies.external.data import prepare_external

RR = RRConfig(features="ratio", causal=False, local_beats=10, irregularity_beats=65)
VALUES = {
    "databases": ["svdb", "incartdb"],
    "version": "1.0.0",
    "source": "mirror",
    "model": "hybrid",
    "leads": ["MLII", "II", "ECG1"],
}


@pytest.fixture(autouse=True)
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecgfuse.preprocess.beats.process_pool", serial_pool)


@pytest.mark.parametrize("name", LEADS)
def test_all_records_become_the_test_split(
    tmp_path: Path, preprocess_config: PreprocessConfig, name: str
) -> None:
    (tmp_path / "raw").mkdir()
    write_database(tmp_path / "raw", name=name, records=("100", "119"), minutes=0.5)
    prepare_external(
        tmp_path / "raw",
        leads=("MLII", "II", "ECG1"),
        preprocess=dataclasses.replace(preprocess_config, leads=("MLII",)),
        rr=RR,
        out=tmp_path / "out",
        workers=1,
    )
    beats = load_beats(tmp_path / "out" / "beats" / "test")
    rr = load_rr(tmp_path / "out" / "rr" / "test", ratios=True, features=True)
    assert set(beats.records) == {"100", "119"}
    assert len(rr.features) == len(rr.ratios) == len(beats)
    assert set(np.unique(beats.labels)) == {0, 1, 2, 3}
    table = beats.annotated
    of_first = table[table["record"] == "100"]
    # Samples are at the rate of the model; times agree with those of the file.
    np.testing.assert_allclose(of_first["time_s"], of_first["sample"] / 360, atol=1e-6)
    assert of_first["time_s"].iloc[-1] == pytest.approx(30, abs=2)
    assert np.abs(beats.ecg[:, 0].mean(axis=1)).max() < 1e-3  # z-scores


def test_a_record_without_any_of_the_leads_is_named_with_those_it_has(
    tmp_path: Path, preprocess_config: PreprocessConfig
) -> None:
    (tmp_path / "raw").mkdir()
    write_database(tmp_path / "raw", name="svdb", records=("100",), minutes=0.5)
    with pytest.raises(ValueError, match=r"record 100: .* V9 .* ECG1, ECG2; .*external\.leads"):
        prepare_external(
            tmp_path / "raw",
            leads=("V9",),
            preprocess=preprocess_config,
            rr=RR,
            out=tmp_path / "out",
            workers=1,
        )
    assert not (tmp_path / "out").exists()


def test_a_database_without_a_class_is_refused_before_anything_is_written(
    tmp_path: Path, preprocess_config: PreprocessConfig
) -> None:
    raw = tmp_path / "some_db"
    raw.mkdir()
    leads = {"II": np.random.default_rng(0).normal(size=2000)}
    write_record(raw, leads=leads, peaks=range(200, 1800, 200), symbols="NNVNANNN")
    (raw / "RECORDS").write_text("r1\n")
    with pytest.raises(ValueError, match=r"none of its 6 beats is of class F.*remove some_db from"):
        prepare_external(
            raw,
            leads=("II",),
            preprocess=preprocess_config,
            rr=RR,
            out=tmp_path / "out",
            workers=1,
        )
    assert not (tmp_path / "out").exists()


def test_a_mirror_without_the_database_is_reported(tmp_path: Path) -> None:
    config = build_config(ExternalConfig, VALUES)
    environment = {"ECGFUSE_MIRROR": str(tmp_path)}
    with pytest.raises(ValueError, match=r"has no svdb/SHA256SUMS\.txt.*external\.source"):
        download(config.database("svdb"), output=tmp_path / "out", environment=environment)
    assert not (tmp_path / "out").exists()


def test_a_mirror_that_has_the_database_fills_the_folder(tmp_path: Path) -> None:
    (tmp_path / "svdb").mkdir()
    write_database(tmp_path / "svdb", name="svdb", records=("100",), minutes=0.5)
    config = build_config(ExternalConfig, VALUES)
    environment = {"ECGFUSE_MIRROR": str(tmp_path)}
    download(config.database("svdb"), output=tmp_path / "out", environment=environment)
    assert {"100.dat", "100.atr", "100.hea", "RECORDS", "dataset.json"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("databases", ["svdb", "svdb"], "external.databases is .*distinct plain names"),
        ("databases", ["../x"], "must be distinct plain names"),
        ("version", "", "external.version"),
        ("leads", [], "at least one lead"),
        ("model", "causal", "must be one of: early"),
        ("source", "synthetic", "must be one of: auto"),
    ],
)
def test_an_invalid_parameter_is_refused(key: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_config(ExternalConfig, VALUES | {key: value})


def test_a_database_that_is_not_listed_is_refused() -> None:
    config = build_config(ExternalConfig, VALUES)
    with pytest.raises(ValueError, match="must name ltdb"):
        config.database("ltdb")
    assert set(RATES) == set(config.databases)
