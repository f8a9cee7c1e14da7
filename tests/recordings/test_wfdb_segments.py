"""Records of several segments are read as one."""

from pathlib import Path

import numpy as np
import pytest
import wfdb
from reading import edit, overwrite, read
from recording_files import wave, write_wfdb

from ecgfuse.recordings.open import open_recording


def write_fixed(folder: Path) -> Path:
    """Two segments with a gap between them."""
    leads = {"II": wave(2000), "V1": wave(2000, hz=7)}
    write_wfdb(folder, name="s1", leads={k: v[:700] for k, v in leads.items()})
    write_wfdb(folder, name="s2", leads={k: v[800:] for k, v in leads.items()}, fmt="212")
    path = folder / "all.hea"
    path.write_text("all/3 2 360 2000 10:00:00 1/2/2003\ns1 700\n~ 100\ns2 1200\n")
    return path


def write_variable(folder: Path) -> Path:
    """Segments with different leads, in a different order, after a layout."""
    write_wfdb(folder, name="s1", leads={"II": wave(700), "V1": -wave(700)})
    write_wfdb(folder, name="s2", leads={"V1": wave(500, hz=7), "ABP": wave(500), "II": wave(500)})
    write_wfdb(folder, name="s3", leads={"ABP": wave(300)})
    (folder / "layout.hea").write_text(
        "layout 4 360 0\n~ 0 200/mV 0 0 0 0 0 II\n~ 0 200/mV 0 0 0 0 0 V1\n"
        "~ 0 200/mV 0 0 0 0 0 ABP\n~ 0 200/mV 0 0 0 0 0 V9\n"
    )
    path = folder / "all.hea"
    path.write_text("all/5 4 360 1600\nlayout 0\ns1 700\n~ 100\ns3 300\ns2 500\n")
    return path


def test_a_fixed_layout_is_read_as_by_wfdb(tmp_path: Path) -> None:
    path = write_fixed(tmp_path)
    recording = open_recording(path)
    assert (recording.name, recording.fs, recording.leads) == ("all", 360, ("II", "V1"))
    assert recording.n_samples == 2000
    assert str(recording.start) == "2003-02-01 10:00:00"
    (tmp_path / "two.hea").write_text("two/2 2 360 1900\ns1 700\ns2 1200\n")  # wfdb allows no gap
    theirs = wfdb.rdrecord(str(tmp_path / "two")).p_signal.astype(np.float32)
    np.testing.assert_array_equal(read(tmp_path / "two"), theirs)
    signals = read(path)
    np.testing.assert_array_equal(np.concatenate([signals[:700], signals[800:]]), theirs)


def test_a_gap_is_nan(tmp_path: Path) -> None:
    signals = read(write_fixed(tmp_path), leads=["V1"])
    np.testing.assert_allclose(signals[:700, 0], wave(700, hz=7), atol=0.51 / 200)
    assert np.isnan(signals[700:800]).all()
    assert not np.isnan(signals[800:]).any()


def test_a_variable_layout_is_read_as_by_wfdb(tmp_path: Path) -> None:
    path = write_variable(tmp_path)
    recording = open_recording(path)
    assert recording.leads == ("II", "V1", "ABP")  # V9 is in no segment
    theirs = wfdb.rdrecord(str(tmp_path / "all"), channels=[0, 1, 2]).p_signal
    np.testing.assert_array_equal(read(path), theirs.astype(np.float32))
    assert np.isnan(read(path, leads=["II"])[700:1100]).all()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "~ 100\ns2 1200",
            "~ 90\ns2 1210",
            "declares 1,200 samples, but as a segment of another header 1,210",
        ),
        ("s2 1200", "s1 1200", "a segment is listed twice"),
        ("s2 1200", "s3 1200", r"the file 's3\.hea' is missing"),
        ("s2 1200", "../s2 1200", "only files in the folder of the header are read"),
        ("s2 1200", "/etc/passwd 1200", "only files in the folder of the header are read"),
        ("s2 1200", "http://localhost/s2 1200", "only files in the folder of the header are read"),
        ("s2 1200", "all 1200", r"all\.hea: is a segment with segments of its own"),
        ("360 2000", "360 2001", "it declares 2,001 samples, but its segments have 2,000"),
        ("360 2000", "250 2000", r"s1\.hea: the sampling rate of the segment is not that"),
        ("~ 100", "~ 999999999999", "it declares"),
    ],
)
def test_segments_that_disagree_are_rejected(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = write_fixed(tmp_path)
    edit(path, old, new)
    with pytest.raises(ValueError, match=message):
        open_recording(path)


def test_a_huge_gap_is_rejected(tmp_path: Path) -> None:
    path = write_fixed(tmp_path)
    path.write_text("all/3 2 360\ns1 700\n~ 999999999999\ns2 1200\n")
    with pytest.raises(ValueError, match=r"all\.hea: 999,999,999,999 of its .* samples are gaps"):
        open_recording(path)


def test_a_length_that_is_missing_is_that_of_the_segments(tmp_path: Path) -> None:
    path = write_fixed(tmp_path)
    edit(path, " 2000 10:00:00 1/2/2003", "")
    assert read(path).shape == (2000, 2)


@pytest.mark.parametrize("text", ["all/1 1 360 100\n~ 100\n", "all/1 1 360 0\ns1 0\n"])
def test_a_record_of_gaps_is_rejected(tmp_path: Path, text: str) -> None:
    write_fixed(tmp_path)
    (tmp_path / "all.hea").write_text(text)
    with pytest.raises(ValueError, match="none of its segments has samples"):
        open_recording(tmp_path / "all")


def test_each_segment_is_checked_as_a_record_is(tmp_path: Path) -> None:
    path = write_fixed(tmp_path)
    data = tmp_path / "s2.dat"
    whole = data.read_bytes()
    data.write_bytes(whole[:-30])
    with pytest.raises(ValueError, match=r"s2\.hea: declares 1,200 samples, but"):
        open_recording(path)
    data.write_bytes(whole)
    overwrite(data, 100, b"\x11\x22\x33")
    with pytest.raises(ValueError, match=r"s2\.hea: the checksum of lead"):
        read(path)


def test_a_lead_at_another_rate_in_a_segment_is_rejected(tmp_path: Path) -> None:
    path = write_fixed(tmp_path)
    write_wfdb(tmp_path, name="s2", leads={"II": wave(2400), "V1": wave(2400)}, per_frame=[2, 2])
    with pytest.raises(ValueError, match=r"s2\.hea: the sampling rate of the segment is not that"):
        open_recording(path)
