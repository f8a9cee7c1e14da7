"""Windows are ten seconds of twelve leads in their order, at one rate and on one scale."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_recordings import FS, write_ptbxl, write_record

from ecgfuse.ssl12.config import RecordingsConfig
from ecgfuse.ssl12.dataset import Recordings
from ecgfuse.ssl12.leads import LEADS
from ecgfuse.ssl12.prepare import prepare, read_window

ROW = {"patient": 1, "fold": 1, "codes": {"NORM": 100.0}}


def test_leads_keep_their_heights_beside_each_other(tmp_path: Path) -> None:
    write_record(tmp_path / "a")
    window = read_window(tmp_path / "a", fs=FS)
    assert window is not None
    assert window.shape == (12, 1000)
    heights = window.max(axis=1)
    np.testing.assert_allclose(heights / heights[0], 1 + np.arange(12), rtol=0.01)
    assert np.square(window).mean() == pytest.approx(1, abs=1e-3)


def test_leads_come_in_one_order_whatever_that_of_the_file(tmp_path: Path) -> None:
    write_record(tmp_path / "a", leads=tuple(reversed(LEADS)))
    window = read_window(tmp_path / "a", fs=FS)
    assert window is not None
    assert (np.diff(window.max(axis=1)) < 0).all()


def test_another_rate_is_resampled_and_what_follows_ten_seconds_is_left_out(
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


def test_a_missing_lead_is_told(tmp_path: Path) -> None:
    write_record(tmp_path / "a", leads=LEADS[:11])
    with pytest.raises(ValueError, match="record a: lead V6 is missing"):
        read_window(tmp_path / "a", fs=FS)


def test_a_damaged_recording_is_told_by_name(tmp_path: Path) -> None:
    write_record(tmp_path / "a")
    (tmp_path / "a.dat").unlink()
    with pytest.raises(ValueError, match=r"record a: it cannot be read.*--force download"):
        read_window(tmp_path / "a", fs=FS)


def test_the_table_says_which_recordings_have_a_window(tmp_path: Path) -> None:
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
def test_settings_that_cannot_be_are_refused(field: str, value: object) -> None:
    settings = {"databases": ("ptb-xl",), "source": "auto", "fs": 250.0} | {field: value}
    with pytest.raises(ValueError, match=rf"recordings\.{field} is .* must"):
        RecordingsConfig(**settings)  # type: ignore[arg-type]
