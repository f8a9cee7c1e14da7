"""EDF, EDF+ and BDF files are read in mV, or rejected with file and cure."""

import tracemalloc
from datetime import datetime
from pathlib import Path

import edfio
import numpy as np
import pytest
from reading import overwrite, read
from recording_files import wave, write_edf

from ecgfuse.recordings.open import open_recording
from ecgfuse.recordings.recording import BLOCK

KINDS = pytest.mark.parametrize("ending", [".edf", ".bdf"])
STEP = {".edf": 10 / 65535, ".bdf": 10 / (2**24 - 1)}
# Places of the fields of a header; those of signals stand behind each other.
VERSION, PATIENT, RECORDING, DATE, TIME, SIZE, RESERVED, RECORDS, DURATION, SIGNALS = (
    *(0, 8, 88, 168, 176, 184, 192, 236, 244, 252),
)


def field(name: str, *, n_signals: int = 1) -> int:
    """Offset of a field of the first signal."""
    at = {"label": 0, "unit": 96, "p_min": 104, "p_max": 112, "d_min": 120, "d_max": 128}
    return 256 + n_signals * {**at, "per_record": 216}[name]


def put(path: Path, at: int, text: str | bytes, *, width: int = 8) -> None:
    value = text if isinstance(text, bytes) else text.encode()
    overwrite(path, at, value.ljust(width))


@KINDS
@pytest.mark.parametrize("fs", [100, 256, 2000])
def test_signals_are_read_in_mv(tmp_path: Path, ending: str, fs: int) -> None:
    leads = {"ECG II": wave(10 * fs, fs=fs), "V1": wave(10 * fs, fs=fs, hz=7)}
    path = write_edf(tmp_path / f"홍 길동 1{ending}", leads=leads, fs=fs)
    recording = open_recording(path)
    assert (recording.name, recording.fs, recording.leads) == ("홍 길동 1", fs, ("ECG II", "V1"))
    assert recording.n_samples == 10 * fs
    np.testing.assert_allclose(read(path), np.stack(list(leads.values()), 1), atol=STEP[ending])
    np.testing.assert_array_equal(read(path, leads=["V1", "ECG II"]), read(path)[:, ::-1])


@KINDS
def test_a_file_is_read_as_by_edfio(tmp_path: Path, ending: str) -> None:
    path = write_edf(tmp_path / f"a{ending}", leads={"II": wave(2560), "V1": wave(2560, hz=7)})
    theirs = (edfio.read_edf if ending == ".edf" else edfio.read_bdf)(path)
    expected = np.stack([signal.data for signal in theirs.signals], axis=1)
    np.testing.assert_allclose(read(path), expected, atol=1e-7)


@KINDS
@pytest.mark.parametrize(("unit", "factor"), [("uV", 1e-3), ("mV", 1), ("V", 1e3), ("nV", 1e-6)])
def test_units_become_mv(tmp_path: Path, ending: str, unit: str, factor: float) -> None:
    path = write_edf(tmp_path / f"a{ending}", unit=unit)
    expected = factor * wave(2560, fs=256)
    np.testing.assert_allclose(read(path)[:, 0], expected, atol=1.01 * factor * STEP[ending])


@pytest.mark.parametrize("unit", ["\u00b5V", "\u03bcV"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_non_ascii_headers_are_read(tmp_path: Path, unit: str, encoding: str) -> None:
    path = write_edf(tmp_path / "a.edf")
    put(path, PATIENT, "홍길동".encode("cp949"), width=80)
    put(path, field("unit"), unit.replace("\u03bc", "\u00b5").encode(encoding))
    np.testing.assert_allclose(read(path)[:, 0], 1e-3 * wave(2560, fs=256), atol=1e-6)


@KINDS
def test_a_recording_longer_than_a_block_has_no_seam(tmp_path: Path, ending: str) -> None:
    n_samples = (BLOCK // 256 + 10) * 256
    path = write_edf(tmp_path / f"a{ending}", leads={"II": wave(n_samples, fs=256)})
    np.testing.assert_allclose(read(path)[:, 0], wave(n_samples, fs=256), atol=STEP[ending])


@KINDS
def test_a_single_data_record_may_be_longer_than_a_block(tmp_path: Path, ending: str) -> None:
    n_samples = BLOCK + 1000
    write = edfio.Edf if ending == ".edf" else edfio.Bdf
    make = edfio.EdfSignal if ending == ".edf" else edfio.BdfSignal
    signal = make(wave(n_samples), 500, label="II", physical_dimension="mV", physical_range=(-5, 5))
    write([signal], data_record_duration=n_samples / 500).write(tmp_path / f"a{ending}")
    signals = read(tmp_path / f"a{ending}")
    np.testing.assert_allclose(signals[:, 0], wave(n_samples), atol=STEP[ending])


def test_leads_at_the_rate_of_the_ecg_are_offered(tmp_path: Path) -> None:
    leads = {
        "EEG Fpz-Cz": wave(5120, fs=512),
        "ECG II": wave(2560, fs=256),
        "Resp": wave(320, fs=32),
        "Flow": wave(2560, fs=256),
    }
    rates = {"EEG Fpz-Cz": 512, "Resp": 32}
    path = write_edf(tmp_path / "a.edf", leads=leads, fs=256, rates=rates)
    recording = open_recording(path)
    assert (recording.fs, recording.leads) == (256, ("ECG II", "Flow"))
    np.testing.assert_allclose(read(path)[:, 0], leads["ECG II"], atol=STEP[".edf"])


@KINDS
def test_annotations_are_not_leads(tmp_path: Path, ending: str) -> None:
    make, write = (edfio.EdfSignal, edfio.Edf) if ending == ".edf" else (edfio.BdfSignal, edfio.Bdf)
    signal = make(wave(2560), 256, label="II", physical_dimension="mV", physical_range=(-5, 5))
    path = tmp_path / f"a{ending}"
    write([signal], annotations=[edfio.EdfAnnotation(1, None, "beat")]).write(path)
    assert open_recording(path).leads == ("II",)
    np.testing.assert_allclose(read(path)[:, 0], wave(2560), atol=STEP[ending])


def test_a_file_of_annotations_only_is_rejected(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf")
    put(path, field("label"), "EDF Annotations", width=16)
    with pytest.raises(ValueError, match=r"a\.edf: contains annotations only"):
        open_recording(path)


@KINDS
def test_a_missing_length_is_that_of_the_file(tmp_path: Path, ending: str) -> None:
    path = write_edf(tmp_path / f"a{ending}")
    put(path, RECORDS, "-1")
    assert open_recording(path).n_samples == 2560
    path.write_bytes(path.read_bytes()[:-1])  # its last record of 1 s is not whole
    assert read(path).shape == (9 * 256, 1)


@KINDS
@pytest.mark.parametrize(("n_bytes", "n_records"), [(1, 9), (2, 9), (1000, 8)])
def test_of_a_cut_file_the_complete_records_are_read_with_a_warning(
    tmp_path: Path, ending: str, n_bytes: int, n_records: int
) -> None:
    path = write_edf(tmp_path / f"a{ending}")
    whole = read(path)
    path.write_bytes(path.read_bytes()[:-n_bytes])
    assert open_recording(path).warnings == (
        f"the header declares 10 data records of 1 s, but the file has {n_records}, which are "
        "read; the copy may be cut",
    )
    np.testing.assert_array_equal(read(path), whole[: 256 * n_records])


@pytest.mark.parametrize("declared", ["5", "0", "40"])
def test_the_number_of_records_is_that_of_the_file(tmp_path: Path, declared: str) -> None:
    path = write_edf(tmp_path / "a.edf")
    put(path, RECORDS, declared)
    assert read(path).shape == (2560, 1)
    (warning,) = open_recording(path).warnings
    assert f"declares {declared} data records of 1 s, but the file has 10" in warning


@pytest.mark.parametrize("declared", ["-1", "-2", "1e3", "", "x"])
def test_a_number_of_records_that_is_none_is_unknown(tmp_path: Path, declared: str) -> None:
    path = write_edf(tmp_path / "a.edf")
    put(path, RECORDS, declared)
    assert read(path).shape == (2560, 1)
    assert open_recording(path).warnings == ()


def test_a_file_is_known_by_its_content_whatever_its_extension(tmp_path: Path) -> None:
    """Sleep laboratories name EDF files .rec."""
    path = write_edf(tmp_path / "a.edf")
    expected = read(path)
    for name in ("a.rec", "a.REC", "a.edf.bak", "a", "a.txt", "a.dat"):
        (tmp_path / name).write_bytes(path.read_bytes())
        np.testing.assert_array_equal(read(tmp_path / name), expected)


def test_fields_padded_with_zero_bytes_are_read(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf")
    expected = read(path)
    content = path.read_bytes()
    path.write_bytes(content[:512].replace(b" ", b"\0") + content[512:])
    np.testing.assert_array_equal(read(path), expected)


@pytest.mark.parametrize("size", [1, 100, 255, 256, 300, 512, 600])
def test_a_file_without_data_is_rejected(tmp_path: Path, size: int) -> None:
    path = write_edf(tmp_path / "a.edf")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(
        ValueError, match=r"a\.edf: (is not an EDF|has no room|contains no complete)"
    ):
        open_recording(path)


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [
        (VERSION, "1", "is not an EDF or BDF file"),
        (SIZE, "1024", "declares a size of 1024 bytes, but has 512 with 1 signals"),
        (SIZE, "x", "the size of the header is 'x'"),
        (RESERVED, "EDF+D", r"is discontinuous \(EDF\+D\), .* convert it to EDF\+C"),
        (DURATION, "0", "the duration of a data record is '0' s, but must be above 0"),
        (DURATION, "-1", "the duration of a data record is '-1' s"),
        (DURATION, "nan", "the duration of a data record is 'nan' s"),
        (DURATION, "1e999", "the duration of a data record is '1e999' s"),
        (DURATION, "100", "sampled at 2.56 Hz; 100 to 2,000 Hz are supported"),
        (DURATION, "1e-300", "sampled at 2.56e.302 Hz"),
        (SIGNALS, "0", "the number of signals is '0'"),
        (SIGNALS, "9999", "has no room for 9,999 signals"),
        (SIGNALS, "-1", "the number of signals is '-1'"),
        (field("per_record"), "0", "the number of samples in a record of signal 1 is '0'"),
        (field("per_record"), "99999999", r"a data record has 199,999,998 bytes"),
    ],
)
def test_a_damaged_header_is_rejected_with_field_value_and_cure(
    tmp_path: Path, at: int, value: str, message: str
) -> None:
    path = write_edf(tmp_path / "a.edf")
    put(path, at, value, width=4 if at == SIGNALS else 8)
    with pytest.raises(ValueError, match=rf"a\.edf: .*{message}.*(copy|convert|resample)?"):
        open_recording(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("p_min", "5"), ("p_max", "-5"), ("p_min", "nan"), ("p_max", "x"), ("p_max", "1e999")),
        *(("d_min", "32767"), ("d_max", "-32768"), ("d_min", ""), ("d_max", "inf")),
        *(("d_max", "-32767.9"), ("p_min", "-1e99")),
    ],
)
def test_a_lead_without_calibration_is_rejected_when_it_is_read(
    tmp_path: Path, name: str, value: str
) -> None:
    path = write_edf(tmp_path / "a.edf", leads={"II": wave(2560), "V1": wave(2560)})
    put(path, field(name, n_signals=2), value)
    with pytest.raises(ValueError, match=r"a\.edf: lead II is not calibrated: its digital range"):
        open_recording(path).read_blocks(["II"])
    assert read(path, leads=["V1"]).shape == (2560, 1)


def test_an_inverted_signal_is_restored(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf")
    put(path, field("p_min"), "5")
    put(path, field("p_max"), "-5,0")
    np.testing.assert_allclose(read(path)[:, 0], -wave(2560, fs=256), atol=2 * STEP[".edf"])


def test_a_unit_that_is_missing_is_named_by_the_user(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf", unit="")
    with pytest.raises(ValueError, match=r"lead ECG II has no unit; set it with --units"):
        open_recording(path).read_blocks(["ECG II"])
    expected = 1e-3 * wave(2560, fs=256)
    np.testing.assert_allclose(read(path, units="uV")[:, 0], expected, atol=1e-6)


@pytest.mark.parametrize("unit", [".V", "?V", "adu"])
def test_an_unknown_unit_takes_that_of_the_user(tmp_path: Path, unit: str) -> None:
    """A micro sign often becomes another character."""
    path = write_edf(tmp_path / "a.edf", unit=unit)
    expected = 1e-3 * wave(2560, fs=256)
    np.testing.assert_allclose(read(path, units="uV")[:, 0], expected, atol=1e-6)


def test_the_unit_of_the_user_makes_an_ecg_of_unknown_unit_a_lead(tmp_path: Path) -> None:
    leads = {"ECG": wave(2560, fs=256), "EMG": wave(5120, fs=512)}
    path = write_edf(tmp_path / "a.edf", leads=leads, rates={"EMG": 512})
    put(path, field("unit", n_signals=2), ".V")
    assert open_recording(path).leads == ("EMG",)
    assert open_recording(path, units="uV").leads == ("ECG",)


def test_another_unit_is_rejected_when_it_is_read(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf", unit="mmHg")
    with pytest.raises(ValueError, match=r"lead ECG II is in 'mmHg', which is not a known unit"):
        open_recording(path).read_blocks(["ECG II"])


def test_the_user_cannot_contradict_the_file(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf")
    assert open_recording(path, fs=256).fs == 256
    with pytest.raises(ValueError, match=r"rate of 256 Hz, but --fs is 250; omit --fs"):
        open_recording(path, fs=250)
    with pytest.raises(ValueError, match=r"is in mV according to the file, but --units is uV"):
        open_recording(path, units="uV").read_blocks(["ECG II"])


def test_a_valid_start_time_is_read(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf")
    put(path, RECORDING, "", width=80)
    for date, expected in (("01.02.03", 2003), ("31.12.99", 1999), ("01:02:03", 2003)):
        put(path, DATE, date)
        put(path, TIME, "10.11.12")
        start = open_recording(path).start
        assert start is not None
        assert (start.year, start.hour, start.minute, start.second) == (expected, 10, 11, 12)
    for date in ("99.99.99", "", "xx.yy.zz"):
        put(path, DATE, date)
        assert open_recording(path).start is None
    put(path, DATE, "01.01.85")
    assert open_recording(path).start == datetime(1985, 1, 1, 10, 11, 12)
    put(path, RECORDING, "Startdate X X X X", width=80)  # the file was made anonymous
    assert open_recording(path).start is None


def test_edf_and_bdf_are_distinguished_by_content(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.bdf")
    path.rename(tmp_path / "a.edf")
    np.testing.assert_allclose(read(tmp_path / "a.edf")[:, 0], wave(2560, fs=256), atol=1e-6)


def test_a_file_truncated_while_reading_is_rejected(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "a.edf")
    recording = open_recording(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ValueError, match=r"a\.edf: was truncated while being read"):
        list(recording.read_blocks(["ECG II"]))


@KINDS
def test_a_day_of_two_leads_is_read_in_tens_of_mb(tmp_path: Path, ending: str) -> None:
    leads = {"II": np.zeros(256), "V1": np.zeros(256)}
    path = write_edf(tmp_path / f"a{ending}", leads=leads)
    put(path, RECORDS, "86400")
    with path.open("r+b") as file:
        file.truncate(768 + 86_400 * 512 * (2 if ending == ".edf" else 3))  # a hole in the disk
    recording = open_recording(path)
    tracemalloc.start()
    n_read = sum(len(block) for block in recording.read_blocks(recording.leads))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_read == 86_400 * 256
    assert peak < 60e6
