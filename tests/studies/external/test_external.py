"""Another database is read at its sampling rate and by its leads, all records as test."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import wfdb
from other_databases import LEADS, RATES, write_database
from real_headers import add_beat_at_end, make_uncalibrated
from root import ROOT
from serial_pool import serial_pool

from ecgfuse.classes import BEAT_CODES
from ecgfuse.datasets.beats import load_beats
from ecgfuse.datasets.rr import load_rr
from ecgfuse.download.sources import download
from ecgfuse.pipeline.params import build_config
from ecgfuse.preprocess.config import PreprocessConfig
from ecgfuse.rr.config import RRConfig
from ecgfuse.studies.external.config import ExternalConfig
from ecgfuse.studies.external.data import describe_database, prepare_external

SVDB = ROOT.parent / "shared" / "data" / "svdb"
RR = RRConfig(features="ratio", causal=False, local_beats=10, irregularity_beats=65)
VALUES = {
    "databases": ["svdb", "incartdb"],
    "version": "1.0.0",
    "source": "mirror",
    "models": ["hybrid", "causal"],
    "leads": ["MLII", "II", "ECG1"],
    "min_beats": 100,
    "min_records": 5,
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
    rr = load_rr(tmp_path / "out" / "rr" / "test")
    assert set(beats.records) == {"100", "119"}
    assert len(rr) == len(beats)
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


@pytest.mark.filterwarnings("default")
def test_what_was_assumed_and_left_out_is_counted(
    tmp_path: Path, preprocess_config: PreprocessConfig
) -> None:
    """Records in the form of svdb: 821 has gains of 0, and 860 a beat at the end of the signal."""
    raw = tmp_path / "svdb"
    raw.mkdir()
    write_database(raw, name="svdb", records=("100", "103", "119"), minutes=0.5)
    make_uncalibrated(raw / "103")
    add_beat_at_end(raw / "119")
    n_annotated = sum(
        np.isin(wfdb.rdann(str(raw / name), "atr").symbol, BEAT_CODES).sum()
        for name in ("100", "103", "119")
    )
    prepare_external(
        raw,
        leads=("ECG1",),
        preprocess=preprocess_config,
        rr=RR,
        out=tmp_path / "out",
        workers=1,
    )
    found = describe_database(raw, kind="real", leads=("ECG1",), beats=tmp_path / "out" / "beats")
    assert (found["database"], found["kind"], found["records"]) == ("svdb", "real", 3)
    assert (found["uncalibrated_records"], found["left_out_beats"]) == (1, 1)
    assert found["beats"] + found["unused_beats"] == n_annotated - 1
    assert found["unused_beats"] >= 6  # the first and last of each record


@pytest.mark.slow
@pytest.mark.skipif(not SVDB.is_dir(), reason="svdb is not beside the checkout")
@pytest.mark.filterwarnings("default")
def test_real_records_are_read(tmp_path: Path, preprocess_config: PreprocessConfig) -> None:
    raw = tmp_path / "svdb"
    raw.mkdir()
    for path in (p for name in ("800", "821", "894") for p in SVDB.glob(f"{name}.*")):
        (raw / path.name).symlink_to(path)
    (raw / "RECORDS").write_text("800\r\n821\r\n894\r\n")
    prepare_external(
        raw,
        leads=("MLII", "II", "ECG1"),
        preprocess=preprocess_config,
        rr=RR,
        out=tmp_path / "out",
        workers=1,
    )
    found = describe_database(raw, kind="real", leads=("ECG1",), beats=tmp_path / "out" / "beats")
    assert (found["records"], found["uncalibrated_records"], found["left_out_beats"]) == (3, 2, 0)
    assert found["beats"] > 5000


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
        ("models", ["pooled"], "external.models is .*distinct names among early"),
        ("models", ["late", "late"], "must be distinct names"),
        ("models", [], "must be distinct names"),
        ("min_beats", 0, "external.min_beats is 0, but must be 1 or more"),
        ("min_records", 0, "external.min_records is 0"),
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
