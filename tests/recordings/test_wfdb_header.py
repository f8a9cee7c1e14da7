"""Valid WFDB headers are read as by wfdb, and damaged ones are rejected."""

from datetime import datetime
from pathlib import Path

import pytest
import wfdb

from ecgfuse.recordings.wfdb.header import Header, read_header

LINE = "r.dat 212x2:3+24 200.5(-7)/uV 11 1024 995 -22131 0 ECG lead II"


def header(folder: Path, *lines: str) -> Header:
    path = folder / "r.hea"
    path.write_text("\n".join(lines))
    return read_header(path)


def test_all_fields_are_read(tmp_path: Path) -> None:
    read = header(
        tmp_path, "# comment", "r 1 360/1e3(5) 1000 8:04:01.5 2/3/1999", "", LINE, "# end"
    )
    assert (read.fs, read.n_frames) == (360, 1000)
    assert read.start == datetime(1999, 3, 2, 8, 4, 1, 500_000)
    (signal,) = read.signals
    assert (signal.file, signal.fmt, signal.per_frame) == ("r.dat", "212", 2)
    assert (signal.skew, signal.offset) == (3, 24)
    assert (signal.gain, signal.baseline, signal.unit) == (200.5, -7, "uV")
    assert (signal.first, signal.checksum, signal.name) == (995, -22131, "ECG lead II")


def test_fields_may_be_missing(tmp_path: Path) -> None:
    read = header(tmp_path, "r 1", "r.dat 16")
    assert (read.fs, read.n_frames, read.start) == (None, None, None)
    (signal,) = read.signals
    assert (signal.per_frame, signal.gain, signal.baseline, signal.unit) == (1, 200, 0, "")
    assert not signal.calibrated
    assert (signal.checksum, signal.name) == (None, "")


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        "r.dat 16 200",
        "r.dat 16 200 12 1024 MLII",
        "r.dat 16 200(0)/mV MLII",
        "r.dat 16 -1.5e2/mV 12 5 6 7 8 V 1",
        "r.dat 80+7 1e-2(3) 8",
        "r.mat 16+24 1000/mV 16 0 28 -1716 0 I",
        "r.dat 212 0 12 0 -33 17290 0 ECG1",  # nsrdb, chfdb
        "r.dat 212 0 10 -5",
        "r.dat 16 306 16 0 -81 -14 0 AVR",  # incartdb
        "r.dat 212 200 11 1024 995 -22131 0 MLII",
        "r.dat\t212\t200(1024)\t11\t1024",
        "r.dat 61 0",
        "r.dat 310:2 512.5/uV 10 -1 0 5 0 II with blanks",
    ],
)
def test_a_valid_line_is_read_as_by_wfdb(tmp_path: Path, line: str) -> None:
    (signal,) = header(tmp_path, "r 1 250 100", line).signals
    theirs = wfdb.rdheader(str(tmp_path / "r"))
    ours = {
        "file_name": signal.file,
        "fmt": signal.fmt,
        "samps_per_frame": signal.per_frame,
        "adc_gain": signal.gain,
        "baseline": signal.baseline,
        "units": signal.unit or "mV",
        "checksum": signal.checksum,
        "sig_name": signal.name or None,
    }
    assert ours == {field: getattr(theirs, field)[0] for field in ours}


@pytest.mark.parametrize("name", ["홍 길동 1", "a b", "rec.1", "100"])
def test_names_of_records_and_files_may_hold_blanks(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.hea"
    path.write_text(f"{name} 1 360 1000\n{name}.dat 16 200/mV 0 0 0 0 0 II\n")
    read = read_header(path)
    assert (read.fs, read.n_frames, read.signals[0].file) == (360, 1000, f"{name}.dat")


def test_a_renamed_header_is_read(tmp_path: Path) -> None:
    path = tmp_path / "another name.hea"
    path.write_text("100 1 360 1000\n100.dat 16 200/mV\n")
    assert read_header(path).n_frames == 1000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "latin-1"])
def test_text_in_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "r.hea"
    text = "r 1 360 1000\nr.dat 16 200/mV 0 0 0 0 0 II\n# " + (
        "é" if encoding == "latin-1" else "홍"
    )
    path.write_bytes(text.encode(encoding))
    assert read_header(path).n_frames == 1000


def test_segments_are_read(tmp_path: Path) -> None:
    read = header(tmp_path, "r/3 2 360 2500", "a b 1000", "~\t500", "c 1000")
    assert read.signals == ()
    assert [(s.name, s.n_frames) for s in read.segments] == [("a b", 1000), ("~", 500), ("c", 1000)]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "the header is empty"),
        (("# only a comment",), "the header is empty"),
        (("r",), "the number of signals is ''"),
        (("r two 360 100",), "the number of signals is 'two'"),
        (("r -1 360 100",), "the number of signals is '-1'"),
        (("r 99999 360 100",), "the number of signals is '99999'"),
        (("r 2 360 100", LINE), "declares 2 signals, but 1 lines follow"),
        (("r 1 360 100", LINE, LINE), "declares 1 signals, but 2 lines follow"),
        (("r 1 nan 100", LINE), "the sampling rate is 'nan'"),
        (("r 1 1e400 100", LINE), "the sampling rate is '1e400'"),
        (("r 1 -360 100", LINE), "the sampling rate is '-360'"),
        (("r 1 360 1e9", LINE), "the number of samples is '1e9'"),
        (("r 1 360 -1", LINE), "the number of samples is '-1'"),
        (("r 1 360 " + "9" * 1000, LINE), "the number of samples is '9999"),
        (("r/x 1 360 100", "a 100"), "the number of segments is 'x'"),
        (("r/2 1 360 100", "a 100"), "declares 2 segments, but 1 lines follow"),
        (("r/1 1 360 100", "a"), "a segment needs a name and a number of samples"),
        (("r/1 1 360 100", "a -5"), "a segment needs a name"),
        (("r 1 360 100", "r.dat"), "no known format"),
        (("r 1 360 100", "r.dat 99 200"), "no known format"),
        (("r 1 360 100", "r.dat 16x0 200"), "the samples in a frame are 0"),
        (("r 1 360 100", "r.dat 16x999999 200"), "the samples in a frame are 999999"),
        (("r 1 360 100", "r.dat 16:99999 200"), "the frames of skew are 99999"),
        (("r 1 360 100", "r.dat 16 nan(0)/mV"), r"the gain is 'nan\(0\)/mV'"),
        (("r 1 360 100", "r.dat 16 inf"), "the gain is 'inf'"),
        (("r 1 360 100", "r.dat 16 1e400/mV"), "the gain is '1e400/mV'"),
        (("r 1 360 100", "r.dat 16 200(99999999999)/mV"), "needs more than 32 bits"),
    ],
)
def test_a_damaged_header_is_rejected_with_field_value_and_cure(
    tmp_path: Path, lines: tuple[str, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=rf"r\.hea: .*{message}.*(correct|copy)"):
        header(tmp_path, *lines)


@pytest.mark.parametrize("content", [b"r 1 360 100\0", b"r" * (5 << 20), b"\xff\xfe" + b"\0r" * 9])
def test_a_file_that_is_not_a_short_text_is_rejected(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.hea").write_bytes(content)
    with pytest.raises(ValueError, match=r"r\.hea: is not the header of a WFDB record"):
        read_header(tmp_path / "r.hea")


def test_an_invalid_start_time_is_ignored(tmp_path: Path) -> None:
    for start in ("8:04:00", "8:04:00 32/13/1999", "25:00:00 1/1/1999", "x y"):
        assert header(tmp_path, f"r 1 360 1000 {start}", LINE).start is None
