"""Beats of PTB-XL have the label of their recording, and the same R peaks in all leads."""

from pathlib import Path

import numpy as np
import pytest
import wfdb
from ptbxl_records import write_ptbxl
from serial_pool import serial_pool

from ecgfuse.datasets.single_beats import load_single_beats
from ecgfuse.studies.heartbeat import ptbxl
from ecgfuse.studies.heartbeat.ptbxl import (
    LEADS,
    cut_ptbxl,
    cut_recording,
    diagnosis,
    find_r_peaks,
    list_recordings,
)
from ecgfuse.studies.ssl12 import lead_sets

DIAGNOSTIC = {"NORM", "IMI", "AMI", "IRBBB"}
FS = 500
R_PEAKS = np.arange(200, 5000, 400)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"NORM": 100.0, "SR": 0.0}, "normal"),
        ({"NORM": 100.0, "ABQRS": 0.0, "SARRH": 0.0}, "normal"),  # statements of form and rhythm
        ({"NORM": 80.0, "SR": 0.0}, "uncertain"),
        ({"NORM": 100.0, "IRBBB": 100.0}, "both"),
        ({"NORM": 80.0, "IRBBB": 15.0}, "both"),
        ({"IMI": 100.0}, "abnormal"),
        ({"IMI": 35.0, "AMI": 100.0, "AFIB": 0.0}, "abnormal"),
        ({"IMI": 50.0}, "uncertain"),
        ({"AFLT": 100.0}, "neither"),
        ({}, "neither"),
    ],
)
def test_a_recording_is_normal_or_abnormal_by_certain_diagnostic_statements(
    codes: dict[str, float], expected: str
) -> None:
    assert diagnosis(codes, diagnostic=DIAGNOSTIC) == expected


def write_beats(path: Path, *, leads: tuple[str, ...] = LEADS, change=None) -> None:
    """Ten seconds with Gaussian beats 400 samples apart, of another height in every lead."""
    samples = np.arange(10 * FS)
    nearest = np.abs(samples[:, None] - R_PEAKS).min(axis=1)
    signal = np.exp(-0.5 * (nearest / 10) ** 2)[:, None] * (0.5 + 0.1 * np.arange(len(leads)))
    if change is not None:
        change(signal)
    wfdb.wrsamp(
        path.name,
        fs=FS,
        units=["mV"] * len(leads),
        sig_name=list(leads),
        p_signal=signal,
        fmt=["16"] * len(leads),
        write_dir=str(path.parent),
    )


@pytest.fixture
def record(tmp_path: Path) -> Path:
    write_beats(tmp_path / "r1")
    return tmp_path / "r1"


def test_all_leads_have_the_r_peaks_of_lead_two(record: Path) -> None:
    beats = cut_recording(record, "17", 1)
    assert list(dict.fromkeys(beats.leads)) == list(LEADS)
    for lead in LEADS:
        mine = beats.at(beats.leads == lead)
        np.testing.assert_allclose(mine.table["sample"], R_PEAKS[:-1], atol=2)
        assert (mine.ecg[:, 0] > 0.95).all()
    assert set(beats.labels) == {1}
    assert set(beats.patients) == {"17"}
    np.testing.assert_allclose(beats.table["time_s"], beats.table["sample"] / FS)


def test_r_peaks_are_found_as_samples_of_the_file() -> None:
    samples = np.arange(10 * FS)
    signal = np.exp(-0.5 * (np.abs(samples[:, None] - R_PEAKS).min(axis=1) / 10) ** 2)
    np.testing.assert_allclose(find_r_peaks(signal, fs=FS), R_PEAKS, atol=2)
    assert len(find_r_peaks(np.zeros(10 * FS), fs=FS)) == 0


def test_a_lead_without_signal_has_no_beats(tmp_path: Path) -> None:
    def silence(signal: np.ndarray) -> None:
        signal[:, LEADS.index("V3")] = 0.2

    write_beats(tmp_path / "r1", change=silence)
    beats = cut_recording(tmp_path / "r1", "17", 0)
    assert set(beats.leads) == set(LEADS) - {"V3"}


def test_a_recording_with_missing_samples_has_no_beats(tmp_path: Path) -> None:
    def damage(signal: np.ndarray) -> None:
        signal[1000, 4] = np.nan

    write_beats(tmp_path / "r1", change=damage)
    assert len(cut_recording(tmp_path / "r1", "17", 0)) == 0


def test_a_missing_lead_is_reported_with_the_cure(tmp_path: Path) -> None:
    write_beats(tmp_path / "r1", leads=LEADS[:-1])
    with pytest.raises(ValueError, match="record r1: lead V6 is missing; fetch it again with"):
        cut_recording(tmp_path / "r1", "17", 0)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """One normal and one abnormal recording in each of the ten folds, and one left out."""
    rows = [
        {"patient": 100 + 2 * fold + place, "fold": fold, "codes": {code: 100.0, "SR": 0.0}}
        for fold in range(1, 11)
        for place, code in enumerate(("NORM", "IMI"))
    ]
    rows.append({"patient": 7, "fold": 1, "codes": {"NORM": 80.0}})
    write_ptbxl(tmp_path / "ptb-xl", rows)
    return tmp_path / "ptb-xl"


def test_folds_become_splits_of_different_patients(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ptbxl, "process_pool", serial_pool)
    for header in database.rglob("*.hea"):
        write_beats(header.with_suffix(""))
    cut_ptbxl(database, n=500, out=tmp_path / "out", workers=1)
    folds = {"train": range(1, 7), "valid": range(7, 9), "test": range(9, 11)}
    for split, of_split in folds.items():
        beats = load_single_beats(tmp_path / "out" / split)
        patients = {str(100 + 2 * fold + place) for fold in of_split for place in (0, 1)}
        assert set(beats.patients) == patients
        abnormal = {patient for patient in patients if int(patient) % 2}
        assert set(beats.patients[beats.labels == 1]) == abnormal
    lines = (tmp_path / "out" / "recordings.csv").read_text().splitlines()
    assert lines[0] == "path,patient,split,diagnosis"
    assert lines[1] == "records500/00000/00001_hr,102,train,normal"
    assert lines[-1] == "records500/00000/00021_hr,7,train,uncertain"  # and has no beats


def test_only_the_first_recordings_are_used(database: Path) -> None:
    assert list_recordings(database, n=3)["patient"].tolist() == ["102", "103", "104"]


def test_recordings_of_the_table_without_files_are_passed_over(database: Path) -> None:
    (database / "records500/00000/00001_hr.hea").unlink()
    assert list_recordings(database, n=2)["patient"].tolist() == ["103", "104"]


@pytest.mark.parametrize("name", ["ptbxl_database.csv", "scp_statements.csv"])
def test_a_missing_table_is_reported_with_the_cure(database: Path, name: str) -> None:
    (database / name).unlink()
    with pytest.raises(ValueError, match=rf"{name}: no such file; fetch it again with"):
        list_recordings(database, n=2)


def test_a_database_without_recordings_is_reported(database: Path) -> None:
    for header in database.rglob("*.hea"):
        header.unlink()
    with pytest.raises(ValueError, match=r"ptb-xl: no recording of PTB-XL; fetch it again"):
        list_recordings(database, n=2)


def test_the_leads_are_those_of_the_twelve_lead_study() -> None:
    assert lead_sets.LEADS == LEADS
