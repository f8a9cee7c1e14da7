"""A record is read in mV at the wanted rate, and a bad one is refused with name and cure."""

from pathlib import Path

import numpy as np
import pytest
import wfdb
from wfdb_records import GAIN, PEAKS, wave, write_record

from ecgfuse.records.reader import Record, read_record

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


def test_gain_and_baseline_of_the_header_are_applied(tmp_path: Path) -> None:
    path = write_record(tmp_path, leads={"MLII": wave(1200)})
    edit_header(path, "200(0)/mV", "100(50)/mV")
    np.testing.assert_allclose(read(path).signal, 2 * wave(1200) - 0.5, atol=0.51 / 100)


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


def test_a_lead_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = write_record(tmp_path, leads={"V5": wave(1200), "II": wave(1200)})
    with pytest.raises(
        ValueError,
        match=r"record r1: none of the leads MLII, V1 .* has V5, II; .*preprocess\.leads",
    ):
        read(path, leads=("MLII", "V1"))


def test_a_missing_header_is_refused(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    path.with_suffix(".hea").unlink()
    with pytest.raises(ValueError, match=r"record r1: .*r1\.hea is missing; .*force download"):
        read(path)


@pytest.mark.parametrize("text", ["", "<html>404 not found</html>\n", "r1"])
def test_a_header_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = write_record(tmp_path)
    path.with_suffix(".hea").write_text(text)
    with pytest.raises(ValueError, match=r"record r1: the header cannot be read .*force download"):
        read(path)


def test_a_header_without_its_signal_file_is_refused(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    path.with_suffix(".dat").unlink()
    with pytest.raises(
        ValueError, match=r"record r1: the header names .*r1\.dat, which is missing; .*download"
    ):
        read(path)


def test_a_missing_annotation_file_is_refused(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    path.with_suffix(".atr").unlink()
    with pytest.raises(ValueError, match=r"record r1: .*r1\.atr: no such file"):
        read(path)


@FORMATS
@pytest.mark.parametrize("n_bytes", [1, 2, 3, 600])
def test_a_cut_signal_file_is_refused(tmp_path: Path, fmt: str, n_bytes: int) -> None:
    path = write_record(tmp_path, fmt=fmt, leads={"MLII": wave(1200), "V1": wave(1200)})
    cut(path.with_suffix(".dat"), n_bytes)
    with pytest.raises(ValueError, match=r"record r1: the signal file is cut .*force download"):
        read(path)


def test_an_empty_signal_file_is_refused(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    path.with_suffix(".dat").write_bytes(b"")
    with pytest.raises(ValueError, match=r"record r1: the signal file is cut .*force download"):
        read(path)


def test_a_signal_that_disagrees_with_its_checksum_is_refused(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    data = path.with_suffix(".dat")
    damaged = bytearray(data.read_bytes())
    damaged[800] ^= 1
    data.write_bytes(damaged)
    with pytest.raises(
        ValueError, match=r"record r1: the checksum of lead MLII does not agree .*force download"
    ):
        read(path)


def test_damage_in_a_lead_that_is_not_read_does_no_harm(tmp_path: Path) -> None:
    path = write_record(tmp_path, leads={"MLII": wave(1200), "V1": wave(1200)})
    data = path.with_suffix(".dat")
    damaged = bytearray(data.read_bytes())
    damaged[802] ^= 1  # two bytes a sample, the leads take turns
    data.write_bytes(damaged)
    assert read(path).lead == "MLII"
    with pytest.raises(ValueError, match="checksum of lead V1"):
        read(path, leads=("V1",))


def test_a_header_without_checksums_is_accepted(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    path.with_suffix(".hea").write_text("r1 1 360 1200\nr1.dat 16 200(0)/mV MLII\n")
    assert wfdb.rdheader(str(path)).checksum == [None]
    assert len(read(path).signal) == 1200


def test_a_header_without_a_length_takes_that_of_the_signal_file(tmp_path: Path) -> None:
    path = write_record(tmp_path)
    edit_header(path, "r1 1 360 1200", "r1 1 360")
    assert len(read(path).signal) == 1200


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("r1 1 360 1200\nr1.dat 16 200(0)/mV 16 0\n", "a lead without a name"),
        ("r1 1 360 1200\n", "no signal"),
        ("r1/2 1 360 1200\nr1a 600\nr1b 600\n", "no signal"),
    ],
    ids=["no names", "cut", "several segments"],
)
def test_a_header_that_names_no_lead_is_refused(tmp_path: Path, text: str, shown: str) -> None:
    path = write_record(tmp_path)
    path.with_suffix(".hea").write_text(text)
    with pytest.raises(ValueError, match=rf"record r1: none of the leads MLII .* it has {shown}"):
        read(path)


@FORMATS
def test_missing_samples_are_refused(tmp_path: Path, fmt: str) -> None:
    signal = wave(1200)
    signal[500:505] = np.nan
    path = write_record(tmp_path, fmt=fmt, leads={"MLII": signal})
    with pytest.raises(
        ValueError, match=r"record r1: lead MLII has 5 samples without a value \(NaN\); repair"
    ):
        read(path)


@pytest.mark.parametrize("level", [0.0, 0.7])
def test_a_flat_lead_is_refused(tmp_path: Path, level: float) -> None:
    path = write_record(tmp_path, leads={"MLII": np.full(1200, level), "V1": wave(1200)})
    with pytest.raises(
        ValueError, match=r"record r1: lead MLII is flat .* another lead in preprocess\.leads"
    ):
        read(path)
    assert read(path, leads=("V1",)).lead == "V1"


def test_units_other_than_mv_are_refused(tmp_path: Path) -> None:
    path = write_record(tmp_path, units="uV")
    with pytest.raises(ValueError, match=r"record r1: lead MLII is in uV, but must be in mV; conv"):
        read(path)


def test_a_beat_beyond_the_signal_is_refused(tmp_path: Path) -> None:
    path = write_record(tmp_path, peaks=[100, 400, 1200], symbols="NNN")
    with pytest.raises(ValueError, match=r"record r1: .* sample 1200, .* has 1200 samples"):
        read(path)


@pytest.mark.parametrize("file_fs", [128, 250, 257.5, 500, 1000])
def test_a_record_at_another_rate_comes_out_at_the_one_wanted(
    tmp_path: Path, file_fs: float
) -> None:
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


def test_a_record_at_the_rate_wanted_is_not_touched(tmp_path: Path) -> None:
    steps = np.round(wave(1200) * GAIN) / GAIN
    record = read(write_record(tmp_path, leads={"MLII": steps}))
    np.testing.assert_array_equal(record.signal, steps.astype(np.float32))


def test_records_of_the_synthetic_database_are_read(synthetic_database: Path) -> None:
    record = read(synthetic_database / "114", leads=("MLII", "V1"))
    assert record.lead == "MLII"  # which is the second signal of that record
    assert len(record.signal) == 30 * 360
    assert set(record.beats.labels) == {0, 1, 2, 3}
