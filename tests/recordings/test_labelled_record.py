"""A record is read in mV at the requested rate, or rejected with record and cure."""

from pathlib import Path

import numpy as np
import pytest
import wfdb
from recording_files import wave
from wfdb_records import GAIN, PEAKS, write_record

from ecgfuse.recordings.labelled_record import Record, is_calibrated, read_lead, read_record

FORMATS = pytest.mark.parametrize("fmt", ["16", "212"])


def read(path: Path, *, leads: tuple[str, ...] = ("MLII",), fs: float = 360) -> Record:
    return read_record(path, leads=leads, fs=fs)


def edit_header(path: Path, old: str, new: str) -> None:
    header = path.with_suffix(".hea")
    text = header.read_text()
    assert old in text
    header.write_text(text.replace(old, new))


def cut(path: Path, n_bytes: int) -> None:
    path.write_bytes(path.read_bytes()[:-n_bytes])


@FORMATS
def test_a_record_is_read_in_mv(tmp_path: Path, fmt: str) -> None:
    record = read(write_record(tmp_path, fmt=fmt, leads={"MLII": wave(1200)}))
    assert (record.name, record.lead, record.fs) == ("r1", "MLII", 360)
    assert record.signal.dtype == np.float32
    np.testing.assert_allclose(record.signal, wave(1200), atol=0.51 / GAIN)
    assert record.beats.r_peaks.tolist() == list(PEAKS)


@pytest.mark.parametrize(
    ("leads", "expected"),
    [
        (("MLII", "V5"), "MLII"),
        (("V5", "MLII"), "V5"),
        (("V1", "V2", "MLII"), "MLII"),
        (("V5",), "V5"),
    ],
)
def test_the_first_lead_of_the_preference_is_taken(
    tmp_path: Path, leads: tuple[str, ...], expected: str
) -> None:
    signals = {"V5": wave(1200, hz=3), "MLII": wave(1200)}
    record = read(write_record(tmp_path, leads=signals), leads=leads)
    assert record.lead == expected
    np.testing.assert_allclose(record.signal, signals[expected], atol=0.51 / GAIN)


def test_a_missing_lead_is_rejected_with_the_existing_ones(tmp_path: Path) -> None:
    path = write_record(tmp_path, leads={"V5": wave(1200), "II": wave(1200)})
    with pytest.raises(
        ValueError,
        match=r"record r1: none of the leads MLII, V1 exists; it has V5, II; .*preprocess\.leads",
    ):
        read(path, leads=("MLII", "V1"))


def damage(path: Path, *, fault: str) -> None:
    """Damage one file of a record."""
    header, data = path.with_suffix(".hea"), path.with_suffix(".dat")
    match fault:
        case "no header" | "no annotations" | "no signal file":
            ending = {"no header": ".hea", "no annotations": ".atr", "no signal file": ".dat"}[
                fault
            ]
            path.with_suffix(ending).unlink()
        case "not a header":
            header.write_text("<html>404 not found</html>\n")
        case "cut signal file":
            cut(data, 1)
        case "empty signal file":
            data.write_bytes(b"")
        case "wrong checksum":
            content = bytearray(data.read_bytes())
            content[800] ^= 1
            data.write_bytes(content)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("no header", r"r1\.hea is missing"),
        ("no annotations", r"r1\.atr: no such file"),
        ("no signal file", r"r1\.hea: the file 'r1\.dat' is missing"),
        ("not a header", r"r1\.hea: the number of signals is"),
        ("cut signal file", r"declares 1,200 samples, but the signal file 'r1\.dat' has 1,199"),
        ("empty signal file", r"the signal file 'r1\.dat' contains no sample"),
        ("wrong checksum", r"the checksum of lead MLII is"),
    ],
)
def test_a_damaged_record_is_rejected_with_record_and_cure(
    tmp_path: Path, fault: str, message: str
) -> None:
    path = write_record(tmp_path)
    damage(path, fault=fault)
    with pytest.raises(ValueError, match=rf"record r1: .*{message}.*--force STAGE"):
        read(path)


def test_a_header_without_lead_names_is_rejected(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    path.with_suffix(".hea").write_text("r1 1 360 1200\nr1.dat 16 200(0)/mV 16 0\n")
    with pytest.raises(ValueError, match="record r1: none of the leads MLII exists; it has signal"):
        read(path)


def test_a_missing_gain_is_the_default_of_wfdb(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    edit_header(path, "200(0)/mV", "0")  # as svdb/821
    with pytest.warns(
        UserWarning,
        match=r"^record r1: lead MLII is not calibrated .* 200 ADC units per mV are assumed",
    ):
        signal = read(path).signal
    np.testing.assert_array_equal(
        signal, wfdb.rdrecord(str(path)).p_signal[:, 0].astype(np.float32)
    )
    assert not is_calibrated(path, leads=("MLII",))


def test_a_missing_rate_is_the_default_of_wfdb(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    edit_header(path, "r1 1 360 1200", "r1 1")
    with pytest.warns(UserWarning, match="record r1: .* 250 frames per second are assumed"):
        _, _, fs = read_lead(path, leads=("MLII",))
    assert fs == 250
    assert is_calibrated(path, leads=("MLII",))


def test_a_signal_file_may_be_a_link_into_a_cache(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    (tmp_path / "cache").mkdir()
    path.with_suffix(".dat").rename(tmp_path / "cache" / "0123")
    path.with_suffix(".dat").symlink_to(tmp_path / "cache" / "0123")
    assert len(read(path).signal) == 1200


def test_several_samples_per_frame_are_rejected(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    edit_header(path, "r1 1 360 1200", "r1 1 360")
    edit_header(path, "r1.dat 16 ", "r1.dat 16x2 ")
    with pytest.raises(ValueError, match=r"record r1: .*has 2 samples per frame; resample"):
        read(path)


def test_missing_samples_are_rejected(tmp_path: Path) -> None:
    signal = wave(1200)
    signal[500:505] = np.nan
    path = write_record(tmp_path, leads={"MLII": signal})
    with pytest.raises(
        ValueError, match=r"record r1: lead MLII has 5 samples without a value \(NaN\); repair"
    ):
        read(path)


@pytest.mark.parametrize("level", [0.0, 0.7])
def test_a_flat_lead_is_rejected(tmp_path: Path, level: float) -> None:
    path = write_record(tmp_path, leads={"MLII": np.full(1200, level), "V1": wave(1200)})
    with pytest.raises(
        ValueError,
        match=r"record r1: lead MLII is constant; prefer another lead in preprocess\.leads",
    ):
        read(path)
    assert read(path, leads=("V1",)).lead == "V1"


def test_units_become_mv_and_those_that_are_none_are_rejected(tmp_path: Path) -> None:
    path = write_record(tmp_path, units="uV")
    np.testing.assert_allclose(read(path).signal, 1e-3 * wave(1200), atol=1e-5)
    edit_header(path, "/uV", "/mmHg")
    with pytest.raises(ValueError, match=r"record r1: .*MLII is in 'mmHg', which is not a known"):
        read(path)


def test_a_single_beat_beyond_the_signal_is_left_out(tmp_path: Path) -> None:
    path = write_record(tmp_path, peaks=[100, 400, 800, 1200], symbols="NNNN")
    with pytest.warns(UserWarning, match=r"record r1: 1 of 4 annotated beats, .* sample 1,200"):
        assert len(read(path).beats) == 3


@pytest.mark.parametrize("file_fs", [128, 250, 257.5, 500, 1000])
def test_a_record_at_another_rate_is_resampled(tmp_path: Path, file_fs: float) -> None:
    seconds = 8
    n_file, n_out = int(seconds * file_fs), seconds * 360
    peaks_s = np.array([0.7, 1.5, 2.6, 3.3, 7.9])
    record = read(
        write_record(
            tmp_path,
            fs=file_fs,
            leads={"MLII": wave(n_file, fs=file_fs)},
            peaks=np.round(peaks_s * file_fs).astype(int).tolist(),
            symbols="NVNNA",
        )
    )
    assert record.fs == 360
    assert len(record.signal) == pytest.approx(n_out, abs=1)
    inside = slice(360, n_out - 360)  # a sine that is cut off rings at its ends
    np.testing.assert_allclose(record.signal[inside], wave(n_out)[inside], atol=0.02)
    tolerance_s = 0.5 / file_fs + 0.5 / 360
    np.testing.assert_allclose(record.beats.r_peaks / 360, peaks_s, atol=tolerance_s)
    assert "".join(record.beats.symbols) == "NVNNA"


def test_r_peaks_stay_at_the_peaks_when_the_rate_changes(tmp_path: Path) -> None:
    signal = np.zeros(2500)
    peaks = [300, 800, 1400, 2100]
    for peak in peaks:
        signal += np.exp(-0.5 * ((np.arange(2500) - peak) / 5) ** 2)
    path = write_record(tmp_path, fs=250, leads={"MLII": signal}, peaks=peaks, symbols="NNNN")
    record = read(path)
    assert record.beats.r_peaks.tolist() == [432, 1152, 2016, 3024]  # 1.44 times
    for peak in record.beats.r_peaks:
        assert peak - 30 + record.signal[peak - 30 : peak + 31].argmax() == peak
        assert record.signal[peak] == pytest.approx(1, abs=0.02)


def test_a_beat_on_the_last_sample_stays_inside_the_resampled_signal(tmp_path: Path) -> None:
    path = write_record(
        tmp_path, fs=500, leads={"MLII": wave(1200)}, peaks=[100, 500, 1199], symbols="NNN"
    )
    record = read(path)
    assert record.beats.r_peaks[-1] == len(record.signal) - 1


def test_a_record_at_the_requested_rate_is_not_resampled(tmp_path: Path) -> None:
    steps = np.round(wave(1200) * GAIN) / GAIN
    record = read(write_record(tmp_path, leads={"MLII": steps}))
    np.testing.assert_array_equal(record.signal, steps.astype(np.float32))


def test_records_of_the_synthetic_database_are_read(synthetic_database: Path) -> None:
    record = read(synthetic_database / "114", leads=("MLII", "V1"))
    assert record.lead == "MLII"  # which is the second signal of that record
    assert len(record.signal) == 30 * 360
    assert set(record.beats.labels) == {0, 1, 2, 3}
