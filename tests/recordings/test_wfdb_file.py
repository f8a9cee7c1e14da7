"""A WFDB record is read in mV in all formats, or rejected with file and cure."""

import tracemalloc
import unicodedata
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import wfdb
from reading import edit, overwrite, read
from recording_files import GAIN, MISSING, WFDB_FORMATS, gain_of, wave, write_wfdb

from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.recording import BLOCK

TWO = {"MLII": wave(1200), "V5": wave(1200, hz=7)}
FORMATS = pytest.mark.parametrize("fmt", WFDB_FORMATS)


@FORMATS
@pytest.mark.parametrize("n_samples", [1, 2, 1199, 1200, 1201])
def test_every_format_is_read_in_mv(tmp_path: Path, fmt: str, n_samples: int) -> None:
    leads = {"MLII": wave(n_samples), "V5": wave(n_samples, hz=7)}
    path = write_wfdb(tmp_path, leads=leads, fmt=fmt)
    recording = open_recording(path)
    assert (recording.name, recording.fs, recording.leads) == ("r1", 360, ("MLII", "V5"))
    expected = np.stack(list(leads.values()), axis=1)
    np.testing.assert_allclose(read(path), expected, atol=0.51 / gain_of(fmt))


@FORMATS
def test_a_record_is_read_as_by_wfdb(tmp_path: Path, fmt: str) -> None:
    path = write_wfdb(tmp_path, leads=TWO, fmt=fmt)
    theirs = wfdb.rdrecord(str(tmp_path / "r1")).p_signal
    np.testing.assert_array_equal(read(path), theirs.astype(np.float32))
    np.testing.assert_array_equal(read(path, leads=["V5"]), theirs[:, 1:].astype(np.float32))
    np.testing.assert_array_equal(read(path, leads=["V5", "MLII"]), read(path)[:, ::-1])


@FORMATS
def test_a_record_longer_than_a_block_has_no_seam(tmp_path: Path, fmt: str) -> None:
    n_samples = BLOCK + 1001
    path = write_wfdb(tmp_path, leads={"MLII": wave(n_samples), "V5": wave(n_samples)}, fmt=fmt)
    signals = read(path)
    np.testing.assert_allclose(signals[:, 0], wave(n_samples), atol=0.51 / gain_of(fmt))
    np.testing.assert_array_equal(signals[:, 0], signals[:, 1])


@pytest.mark.parametrize("fmt", MISSING)
def test_codes_of_missing_samples_are_nan_and_count_in_the_checksum(
    tmp_path: Path, fmt: str
) -> None:
    signal = wave(1200)
    signal[500:505] = np.nan
    signals = read(write_wfdb(tmp_path, leads={"MLII": signal}, fmt=fmt))
    np.testing.assert_array_equal(np.isnan(signals[:, 0]), np.isnan(signal))


@pytest.mark.parametrize(
    ("unit", "factor"), [("mV", 1), ("uV", 1e-3), ("V", 1e3), ("\u00b5V", 1e-3)]
)
def test_units_become_mv(tmp_path: Path, unit: str, factor: float) -> None:
    path = write_wfdb(tmp_path, unit=unit)
    np.testing.assert_allclose(read(path)[:, 0], factor * wave(1200), atol=0.51 * factor / GAIN)


def test_a_missing_unit_is_mv_by_the_standard(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path)
    edit(path, "200(0)/mV", "200")
    np.testing.assert_allclose(read(path)[:, 0], wave(1200), atol=0.51 / GAIN)
    assert read(path, units="mV").shape == (1200, 1)


def test_gain_and_baseline_are_applied(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path)
    edit(path, "200(0)/mV", "-100(50)/mV")
    np.testing.assert_allclose(read(path)[:, 0], 0.5 - 2 * wave(1200), atol=0.51 / 100)


def test_twelve_leads_are_read(tmp_path: Path) -> None:
    names = ["I", "II", "III", "aVR", "aVL", "aVF", *(f"V{i}" for i in range(1, 7))]
    leads = {name: wave(1000, phase=i) for i, name in enumerate(names)}
    path = write_wfdb(tmp_path, leads=leads)
    assert open_recording(path).leads == tuple(names)
    np.testing.assert_allclose(read(path), np.stack(list(leads.values()), 1), atol=0.51 / GAIN)


def test_supported_rates_are_read_and_others_rejected(tmp_path: Path) -> None:
    assert open_recording(write_wfdb(tmp_path, fs=257.5)).fs == 257.5
    with pytest.raises(ValueError, match=r"r1\.hea: sampled at 99 Hz; 100 to 2,000 Hz"):
        open_recording(write_wfdb(tmp_path, fs=99))


@pytest.mark.parametrize("line", ["r1 1", "r1 1 0", "r1 1 0 1200", "r1 1 0/500 1200"])
def test_a_rate_that_is_missing_is_that_of_the_user_or_250_hz(tmp_path: Path, line: str) -> None:
    path = write_wfdb(tmp_path)
    edit(path, "r1 1 360 1200", line)
    recording = open_recording(path)
    assert recording.fs == 250
    assert recording.warnings_of("MLII") == [
        "no sampling rate is declared; 250 frames per second are assumed"
    ]
    by_user = open_recording(path, fs=360)
    assert (by_user.fs, by_user.warnings_of("MLII")) == (360, [])


def test_the_user_cannot_contradict_the_header(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path)
    with pytest.raises(ValueError, match=r"rate of 360 Hz, but --fs is 250; omit --fs"):
        open_recording(path, fs=250)
    with pytest.raises(ValueError, match=r"is in mV according to the file, but --units is uV"):
        open_recording(path, units="uV").read_blocks(["MLII"])


def test_the_start_time_is_read(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path)
    assert open_recording(path).start is None
    edit(path, "r1 1 360 1200", "r1 1 360 1200 12:30:15 31/12/2001")
    assert open_recording(path).start == datetime(2001, 12, 31, 12, 30, 15)
    edit(path, "31/12/2001", "2001-12-31")  # not by the format, but written
    assert open_recording(path).start == datetime(2001, 12, 31, 12, 30, 15)


def test_leads_get_unique_names(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path, leads={"a": wave(1200), "b": wave(1200), "c": -wave(1200)})
    text = path.read_text().replace(" 0 a", "").replace(" 0 b", " 0 II").replace(" 0 c", " 0 II")
    path.write_text(text)
    assert open_recording(path).leads == ("signal 1", "II", "II (2)")
    np.testing.assert_array_equal(read(path, leads=["II"]), -read(path, leads=["II (2)"]))


def test_every_sample_of_a_frame_is_read(tmp_path: Path) -> None:
    leads = {"II": wave(2400, fs=500), "V1": wave(2400, fs=500), "Resp": wave(1200, fs=250)}
    path = write_wfdb(tmp_path, leads=leads, fs=250, per_frame=[2, 2, 1])
    recording = open_recording(path)
    assert (recording.fs, recording.leads, recording.n_samples) == (500, ("II", "V1"), 2400)
    np.testing.assert_allclose(read(path)[:, 0], leads["II"], atol=0.51 / GAIN)


@pytest.mark.parametrize("n_samples", [50, 1200, BLOCK + 100])
def test_skew_is_corrected(tmp_path: Path, n_samples: int) -> None:
    path = write_wfdb(tmp_path, leads=dict.fromkeys(("I", "V1", "V2"), wave(n_samples)))
    plain = read(path)[:, 0]
    for skew, lead in ((5, "V1"), (40, "V2")):
        line = next(line for line in path.read_text().splitlines() if line.endswith(f" {lead}"))
        edit(path, line, line.replace(" 16 ", f" 16:{skew} "))
    signals = read(path)
    np.testing.assert_array_equal(signals[:, 0], plain)
    for skew, moved in ((5, signals[:, 1]), (40, signals[:, 2])):
        np.testing.assert_array_equal(moved[: n_samples - skew], plain[skew:])
        assert np.isnan(moved[n_samples - skew :]).all()


def test_signals_in_several_files_are_read(tmp_path: Path) -> None:
    write_wfdb(tmp_path, name="a", leads={"II": wave(1200)}, fmt="212")
    write_wfdb(tmp_path, name="b", leads={"V1": wave(1200, hz=7), "V2": wave(1200)}, fmt="24")
    lines = [(tmp_path / f"{name}.hea").read_text().splitlines()[1:] for name in "ab"]
    path = tmp_path / "r.hea"
    path.write_text("\n".join(["r 3 360 1200", *lines[0], *lines[1]]))
    expected = np.stack([wave(1200), wave(1200, hz=7), wave(1200)], axis=1)
    np.testing.assert_allclose(read(path), expected, atol=0.51 / GAIN)
    np.testing.assert_allclose(read(path, leads=["V1"]), expected[:, 1:2], atol=0.51 / GAIN)


def test_a_length_that_is_missing_is_that_of_the_signal_file(tmp_path: Path) -> None:
    for first_line in ("r1 2 360", "r1 2 360 0"):
        path = write_wfdb(tmp_path, leads=TWO, fmt="212")
        edit(path, "r1 2 360 1200", first_line)
        assert open_recording(path).n_samples == 1200
        assert read(path).shape == (1200, 2)


def test_a_header_without_checksums_is_accepted(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path)
    path.write_text("r1 1 360 1200\nr1.dat 16 200(0)/mV MLII\n")
    overwrite(tmp_path / "r1.dat", 800, b"\x07")
    assert read(path).shape == (1200, 1)


@FORMATS
@pytest.mark.parametrize("n_bytes", [1, 3])
def test_a_cut_signal_file_is_rejected(tmp_path: Path, fmt: str, n_bytes: int) -> None:
    path = write_wfdb(tmp_path, leads=TWO, fmt=fmt)
    data = tmp_path / "r1.dat"
    data.write_bytes(data.read_bytes()[:-n_bytes])
    with pytest.raises(
        ValueError, match=r"r1\.(hea|dat): (declares 1,200 samples, but|.*decoded).*copy"
    ):
        read(path)


@FORMATS
def test_a_declared_length_beyond_the_file_is_rejected_when_opened(
    tmp_path: Path, fmt: str
) -> None:
    path = write_wfdb(tmp_path, leads=TWO, fmt=fmt)
    edit(path, "r1 2 360 1200", "r1 2 360 1000000000")
    with pytest.raises(ValueError, match=r"declares 1,000,000,000 samples, .* has 1,20\d; copy"):
        open_recording(path)


@pytest.mark.parametrize("fmt", ["16", "212", "516"])
def test_an_empty_signal_file_is_rejected(tmp_path: Path, fmt: str) -> None:
    path = write_wfdb(tmp_path, fmt=fmt)
    (tmp_path / "r1.dat").write_bytes(b"")
    with pytest.raises(ValueError, match=r"r1\.(hea|dat).*(contains no sample|is not a FLAC)"):
        open_recording(path)


def test_damage_shows_in_the_checksum_of_the_lead_that_is_read(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path, leads=TWO)
    overwrite(tmp_path / "r1.dat", 802, b"\x55")  # two bytes a sample, the leads take turns
    assert read(path, leads=["MLII"]).shape == (1200, 1)
    with pytest.raises(
        ValueError, match=r"r1\.hea: the checksum of lead V5 is .* damaged; copy it"
    ):
        read(path, leads=["V5"])


def test_a_checksum_is_compared_at_the_end_only(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path)
    overwrite(tmp_path / "r1.dat", 800, b"\x55")
    blocks = open_recording(path).read_blocks(["MLII"])
    assert len(next(blocks)) == 1200
    with pytest.raises(ValueError, match="checksum"):
        next(blocks)


@pytest.mark.parametrize("gain", ["0(0)/mV", "0", "0.0", "-0", ""])
def test_a_lead_without_calibration_has_the_gain_of_the_format(tmp_path: Path, gain: str) -> None:
    """As in svdb, afdb, nsrdb and nstdb: 0 means 200 ADC units per mV."""
    path = write_wfdb(tmp_path, leads=TWO)
    line = path.read_text().splitlines()[1]
    edit(path, line, line.replace("200(0)/mV", gain) if gain else "r1.dat 16")
    recording = open_recording(path)
    theirs = wfdb.rdrecord(str(tmp_path / "r1")).p_signal.astype(np.float32)
    np.testing.assert_array_equal(read(path), theirs)
    (warning,) = recording.warnings_of(recording.leads[0])
    assert "is not calibrated (its gain is missing or 0); 200 ADC units per mV" in warning
    assert recording.warnings_of("V5") == []


@pytest.mark.parametrize("gain", ["200", "0", "200/.V"])
def test_a_gain_without_a_known_unit_takes_that_of_the_user(tmp_path: Path, gain: str) -> None:
    path = write_wfdb(tmp_path)
    edit(path, "200(0)/mV", gain)
    expected = 1e-3 * wave(1200)
    np.testing.assert_allclose(read(path, units="uV")[:, 0], expected, atol=1e-5)


def test_the_header_of_a_real_uncalibrated_record_is_read(tmp_path: Path) -> None:
    """CRLF, no unit, gain 0 and another ADC zero, as written under DOS, with its end mark."""
    path = write_wfdb(tmp_path, leads=TWO, fmt="212")
    digital = [np.round(200 * signal).astype(int) for signal in TWO.values()]
    lines = [
        "r1 2 360 1200",
        f"r1.dat 212 0 10 7 {digital[0][0]} {digital[0].sum()} 0 ECG1",
        f"r1.dat 212 0 10 -3 {digital[1][0]} {digital[1].sum()} 0 ECG2",
        "# 68 M 1814 654 x1",
        "\x1a",
    ]
    path.write_bytes("\r\n".join(lines).encode())
    signals = read(path)
    np.testing.assert_allclose(signals[:, 0], TWO["MLII"] - 7 / 200, atol=0.51 / GAIN)
    np.testing.assert_allclose(signals[:, 1], TWO["V5"] + 3 / 200, atol=0.51 / GAIN)


@pytest.mark.parametrize("multiple", [0, 1, -1, 600_000, 10**20])
def test_checksums_are_compared_modulo_65536(tmp_path: Path, multiple: int) -> None:
    path = write_wfdb(tmp_path)
    total = int(np.round(200 * wave(1200)).sum())
    line = path.read_text().splitlines()[1]
    words = line.split()
    words[6] = str(total + 65536 * multiple)
    edit(path, line, " ".join(words))
    assert read(path).shape == (1200, 1)
    words[6] = str(total + 65536 * multiple + 1)
    edit(path, path.read_text().splitlines()[1], " ".join(words))
    with pytest.raises(ValueError, match="checksum of lead MLII"):
        read(path)


def test_differences_start_at_the_adc_zero_if_no_initial_value_is_given(tmp_path: Path) -> None:
    signal = wave(1200)
    path = write_wfdb(tmp_path, leads={"MLII": signal}, fmt="8")
    edit(path, path.read_text().splitlines()[1], "r1.dat 8 200/mV 12 40")
    np.testing.assert_allclose(read(path)[:, 0], signal, atol=0.51 / GAIN)


def test_a_record_without_signals_says_so(tmp_path: Path) -> None:
    """afdb/00735 has annotations alone."""
    (tmp_path / "r1.hea").write_text("r1 0 250\n")
    with pytest.raises(ValueError, match=r"r1\.hea: the record has no signal"):
        open_recording(tmp_path / "r1.hea")


def test_another_signal_may_have_another_unit(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path, leads={"II": wave(1200), "ABP": wave(1200)})
    edit(path, path.read_text().splitlines()[2], "r1.dat 16 20(0)/mmHg 0 0 0 0 0 ABP")
    assert read(path, leads=["II"]).shape == (1200, 1)
    with pytest.raises(ValueError, match="lead ABP is in 'mmHg', which is not a known unit"):
        open_recording(path).read_blocks(["ABP"])


@pytest.mark.parametrize(
    "name",
    [
        *("../r1.dat", "/etc/passwd", "sub/r1.dat", "sub\\r1.dat", "..", ".", "~", "~root/r1.dat"),
        *("http://localhost/r1.dat", "s3://bucket/r1.dat", "file:///etc/passwd", "x" * 300),
    ],
)
def test_only_files_beside_the_header_are_read(tmp_path: Path, name: str) -> None:
    path = write_wfdb(tmp_path)
    edit(path, "r1.dat", name)
    with pytest.raises(
        ValueError, match=r"r1\.hea: refers to the file .*, but only files in the folder"
    ):
        open_recording(path)


def test_a_link_out_of_the_folder_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    path = write_wfdb(tmp_path / "in")
    data = tmp_path / "in" / "r1.dat"
    data.rename(tmp_path / "out" / "r1.dat")
    data.symlink_to(tmp_path / "out" / "r1.dat")
    with pytest.raises(
        ValueError, match=r"r1\.hea: the file 'r1\.dat' is a link to another folder"
    ):
        open_recording(path)
    (tmp_path / "out" / "r1.dat").rename(tmp_path / "in" / "other.dat")
    data.unlink()
    data.symlink_to("other.dat")
    assert read(path).shape == (1200, 1)


@pytest.mark.parametrize("name", ["r2.dat", "http:", "s3::x"])
def test_a_missing_signal_file_is_rejected(tmp_path: Path, name: str) -> None:
    path = write_wfdb(tmp_path)
    edit(path, "r1.dat", name)
    with pytest.raises(ValueError, match=rf"r1\.hea: the file '{name}' is missing"):
        open_recording(path)


def test_both_ways_to_write_a_korean_name_are_the_same(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path, name="홍길동")
    apart = unicodedata.normalize("NFD", "홍길동.dat")
    (tmp_path / "홍길동.dat").rename(tmp_path / apart)
    assert read(path).shape == (1200, 1)


def test_a_file_in_upper_case_is_found(tmp_path: Path) -> None:
    """As copied from an old CD-ROM."""
    path = write_wfdb(tmp_path)
    expected = read(path)
    (tmp_path / "r1.dat").rename(tmp_path / "R1.DAT")
    np.testing.assert_array_equal(read(path), expected)


def test_relative_paths_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "sub s3::x"
    folder.mkdir()
    write_wfdb(folder, name="100")
    monkeypatch.chdir(tmp_path)
    assert read(Path("sub s3::x/100")).shape == (1200, 1)
    assert read(Path("sub s3::x/../sub s3::x/100.hea")).shape == (1200, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [("r1.dat 16 200(0)/mV 12 0 0 ", "r1.dat 16+2 200(0)/mV 12 0 0 "), ("r1.dat 16", "r1.dat 61")],
)
def test_signals_of_one_file_must_be_alike(tmp_path: Path, old: str, new: str) -> None:
    path = write_wfdb(tmp_path, leads=TWO)
    edit(path, old, new, count=1)
    with pytest.raises(ValueError, match=r"signals of the file 'r1\.dat' differ in format"):
        open_recording(path)


def test_a_file_that_is_not_a_flac_is_rejected(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path)
    edit(path, "r1.dat 16", "r1.dat 516")
    with pytest.raises(ValueError, match=r"r1\.dat: is not a FLAC file with 1 channels"):
        open_recording(path)


def test_two_readers_of_one_record_are_independent(tmp_path: Path) -> None:
    n_samples = BLOCK + 1000
    recording = open_recording(write_wfdb(tmp_path, leads={"II": wave(n_samples)}))
    one, other = recording.read_blocks(["II"]), recording.read_blocks(["II"])
    np.testing.assert_array_equal(next(one), next(other))
    one.close()  # type: ignore[attr-defined]
    assert len(next(other)) > 0


def test_a_day_of_two_leads_is_read_in_tens_of_mb(tmp_path: Path) -> None:
    n_samples = 24 * 3600 * 360
    (tmp_path / "day.hea").write_text(
        f"day 2 360 {n_samples}\n"
        "day.dat 212 200(0)/mV 12 0 0 0 0 MLII\nday.dat 212 200(0)/mV 12 0 0 0 0 V5\n"
    )
    with (tmp_path / "day.dat").open("wb") as file:
        file.truncate(n_samples * 3)  # a hole, which takes no room on the disk
    recording = open_recording(tmp_path / "day")
    tracemalloc.start()
    n_read = sum(len(block) for block in recording.read_blocks(recording.leads))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_read == n_samples
    assert peak < 60e6
