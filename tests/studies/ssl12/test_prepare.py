"""Windows are ten seconds of twelve leads in a fixed order, at one rate and on one scale."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ptbxl_records import FS, write_ptbxl, write_record
from serial_pool import serial_pool

from ecgfuse.studies.ssl12.config import RecordingsConfig
from ecgfuse.studies.ssl12.data import Recordings
from ecgfuse.studies.ssl12.lead_sets import LEADS
from ecgfuse.studies.ssl12.prepare import prepare, read_window

ROW = {"patient": 1, "fold": 1, "codes": {"NORM": 100.0}}


def test_leads_keep_their_relative_amplitudes(tmp_path: Path) -> None:
    write_record(tmp_path / "a")
    window = read_window(tmp_path / "a", fs=FS)
    assert window is not None
    assert window.shape == (12, 1000)
    heights = window.max(axis=1)
    np.testing.assert_allclose(heights / heights[0], 1 + np.arange(12), rtol=0.01)
    assert np.square(window).mean() == pytest.approx(1, abs=1e-3)


def test_leads_have_one_order_for_any_order_in_the_file(tmp_path: Path) -> None:
    write_record(tmp_path / "a", leads=tuple(reversed(LEADS)))
    window = read_window(tmp_path / "a", fs=FS)
    assert window is not None
    assert (np.diff(window.max(axis=1)) < 0).all()


def test_another_rate_is_resampled_and_only_ten_seconds_are_kept(
    tmp_path: Path,
) -> None:
    write_record(tmp_path / "a", seconds=14.0, fs=200.0)
    window = read_window(tmp_path / "a", fs=FS)
    assert window is not None
    assert window.shape == (12, 1000)
    time = np.arange(1000) / FS
    assert np.corrcoef(window[0], np.sin(2 * np.pi * time))[0, 1] > 0.999


@pytest.mark.parametrize("changes", [{"seconds": 9.0}, {"broken": True}])
def test_short_recordings_and_those_with_gaps_are_left_out(tmp_path: Path, changes: dict) -> None:
    write_record(tmp_path / "a", **changes)
    assert read_window(tmp_path / "a", fs=FS) is None


def test_a_missing_lead_is_reported(tmp_path: Path) -> None:
    write_record(tmp_path / "a", leads=LEADS[:11])
    with pytest.raises(ValueError, match="record a: lead V6 is missing"):
        read_window(tmp_path / "a", fs=FS)


def test_a_damaged_recording_is_reported_by_name(tmp_path: Path) -> None:
    write_record(tmp_path / "a")
    (tmp_path / "a.dat").unlink()
    with pytest.raises(
        ValueError, match=r"record a: it cannot be read.*studies/ssl12/dvc\.yaml:download"
    ):
        read_window(tmp_path / "a", fs=FS)


def test_the_table_marks_recordings_without_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecgfuse.studies.ssl12.prepare.process_pool", serial_pool)
    rows = [ROW, ROW | {"patient": 2, "record": {"seconds": 3.0}}, ROW | {"patient": 3}]
    write_ptbxl(tmp_path / "raw/ptb-xl", rows)
    config = RecordingsConfig(databases=("ptb-xl",), source="auto", fs=FS)
    prepare(config, raw=tmp_path / "raw", out=tmp_path / "out", workers=1)
    table = pd.read_csv(tmp_path / "out/windows.csv")
    assert table["readable"].tolist() == [1, 0, 1]
    signal = np.load(tmp_path / "out/signal.npy")
    assert signal.shape == (3, 12, 1000)
    assert (np.abs(signal).max(axis=(1, 2)) > 0).tolist() == [True, False, True]
    assert len(Recordings.load(tmp_path / "out").split("train")) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("databases", ()),
        ("databases", ("ptb-xl", "ptb-xl")),
        ("source", "synthetic"),
        ("fs", 128.0),
        ("fs", 50.0),
    ],
)
def test_an_invalid_parameter_is_refused(field: str, value: object) -> None:
    settings = {"databases": ("ptb-xl",), "source": "auto", "fs": 250.0} | {field: value}
    with pytest.raises(ValueError, match=rf"recordings\.{field} is .* must"):
        RecordingsConfig(**settings)  # type: ignore[arg-type]
