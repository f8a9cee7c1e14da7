"""Tables of numbers are read in mV in many notations, or rejected with line and cure."""

import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from reading import read
from recording_files import wave, write_csv

from ecgfuse.recordings.open import open_recording

TIME = np.arange(1200) / 360
TWO = {"II": wave(1200), "V1": wave(1200, hz=7)}
EXPECTED = np.stack(list(TWO.values()), axis=1)


def write(folder: Path, text: str, *, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def lines(*columns: np.ndarray, separator: str = ",") -> str:
    return "".join(
        separator.join(f"{cell:.4f}" for cell in row) + "\n" for row in zip(*columns, strict=True)
    )


@pytest.mark.parametrize("separator", [",", ";", "\t", " ", "   ", ", ", " ; "])
def test_columns_may_be_separated_in_many_ways(tmp_path: Path, separator: str) -> None:
    path = write_csv(tmp_path / "a.csv", columns={"time": TIME, **TWO}, separator=separator)
    recording = open_recording(path)
    assert (recording.name, recording.leads) == ("a", ("II", "V1"))
    assert recording.fs == pytest.approx(360, abs=0.01)
    assert recording.n_samples is None
    np.testing.assert_allclose(read(path), EXPECTED, atol=1e-4)


@pytest.mark.parametrize("separator", [";", "\t", " "])
def test_a_comma_may_be_the_decimal_sign(tmp_path: Path, separator: str) -> None:
    path = write_csv(tmp_path / "a.csv", columns=TWO, separator=separator, decimal=",")
    np.testing.assert_allclose(read(path, fs=360), EXPECTED, atol=1e-4)


def test_a_single_column_is_read_with_and_without_a_name(tmp_path: Path) -> None:
    for text in ("II\n", "", "ECG lead II\n", "II (mV)\n"):
        path = write(tmp_path, text + lines(TWO["II"]))
        np.testing.assert_allclose(read(path, fs=360), EXPECTED[:, :1], atol=1e-4)
    path = write(tmp_path, ("II\n" + lines(TWO["II"])).replace(".", ","))
    np.testing.assert_allclose(read(path, fs=360), EXPECTED[:, :1], atol=1e-4)


def test_columns_without_names_are_numbered(tmp_path: Path) -> None:
    path = write(tmp_path, lines(*TWO.values()))
    assert open_recording(path, fs=360).leads == ("column 1", "column 2")
    np.testing.assert_allclose(read(path, fs=360), EXPECTED, atol=1e-4)


def test_a_column_that_rises_evenly_is_not_a_lead(tmp_path: Path) -> None:
    path = write(tmp_path, lines(TIME, *TWO.values()))
    assert open_recording(path, fs=360).leads == ("column 2", "column 3")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_korean_names_are_read_in_all_their_encodings(tmp_path: Path, encoding: str) -> None:
    columns = {"time": TIME, "심전도": TWO["II"]}
    path = write_csv(tmp_path / "홍 길동 1.csv", columns=columns, encoding=encoding)
    recording = open_recording(path)
    assert (recording.name, recording.leads) == ("홍 길동 1", ("심전도",))
    np.testing.assert_allclose(read(path)[:, 0], TWO["II"], atol=1e-4)


def test_korean_names_of_time_are_known(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", columns={"시간 (ms)": TIME * 1000, "심전도": TWO["II"]})
    assert open_recording(path).fs == 360


def test_names_that_only_resemble_a_time_are_leads(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", columns={"S1": TWO["II"], "T2": TWO["V1"]})
    assert open_recording(path, fs=360).leads == ("S1", "T2")


def test_a_cut_table_in_utf_16_is_rejected(tmp_path: Path) -> None:
    text = "II,V1,V5\n" + lines(*TWO.values(), TWO["II"])
    for encoding in ("utf-16-le", "utf-16-be"):
        for mark in ("", "\ufeff"):
            path = tmp_path / "a.csv"
            path.write_bytes((mark + text).encode(encoding))
            assert read(path, fs=360).shape == (1200, 3)
            path.write_bytes((mark + text[:-12]).encode(encoding))
            with pytest.raises(ValueError, match="the last line is cut"):
                open_recording(path, fs=360)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
def test_lines_may_end_in_many_ways(tmp_path: Path, end: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(("II,V1\n" + lines(*TWO.values())).replace("\n", end).encode())
    np.testing.assert_allclose(read(path, fs=360), EXPECTED, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        *(
            (name, 1)
            for name in ("time", "t", "Time (s)", "sec", "seconds", "time_s", "TIME [sec]")
        ),
        *((name, 1e-3) for name in ("ms", "time (ms)", "time_ms", "t [ms]", "time")),
        *((name, 1e-6) for name in ("time_us", "timestamp (\u00b5s)", "timestamp")),
        *((name, 1) for name in ("elapsed time", "'Elapsed time'", "\ufefftime")),
    ],
)
def test_the_sampling_rate_follows_from_the_times(
    tmp_path: Path, name: str, seconds: float
) -> None:
    columns = {name: TIME / seconds + 17, "II": TWO["II"]}
    recording = open_recording(write_csv(tmp_path / "a.csv", columns=columns))
    assert recording.leads == ("II",)
    assert recording.fs == pytest.approx(360, rel=1e-4)


@pytest.mark.parametrize("fs", [100, 257.5, 360, 999, 2000])
def test_a_time_may_be_rounded(tmp_path: Path, fs: float) -> None:
    columns = {"time": np.arange(20_000) / fs, "II": wave(20_000, fs=fs)}
    path = write_csv(tmp_path / "a.csv", columns=columns, digits=3)
    assert open_recording(path).fs == pytest.approx(fs, rel=1e-4)
    assert len(read(path)) == 20_000


def test_a_clock_is_a_time(tmp_path: Path) -> None:
    rows = [
        f"'{int(t // 60)}:{t % 60:06.3f}',{v:.3f}"
        for t, v in zip(TIME + 58, TWO["II"], strict=True)
    ]
    path = write(tmp_path, "'Elapsed time','MLII'\n'hh:mm:ss.mmm','mV'\n" + "\n".join(rows) + "\n")
    recording = open_recording(path)  # as PhysioNet writes tables
    assert (recording.fs, recording.leads) == (360, ("MLII",))
    np.testing.assert_allclose(read(path)[:, 0], TWO["II"], atol=1e-3)


@pytest.mark.parametrize("name", ["sample", "Sample #", "index", "Unnamed: 0", "'sample #'", ""])
def test_a_counter_is_neither_a_lead_nor_a_time(tmp_path: Path, name: str) -> None:
    path = write_csv(tmp_path / "a.csv", columns={name: np.arange(1200.0), **TWO})
    assert open_recording(path, fs=360).leads == ("II", "V1")
    with pytest.raises(ValueError, match=r"a\.csv: declares no sampling rate; set --fs"):
        open_recording(path)


def test_the_rate_of_the_user_goes_before_the_time(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", columns={"time": np.zeros(1200), "II": TWO["II"]})
    assert open_recording(path, fs=250).fs == 250
    assert read(path, fs=250).shape == (1200, 1)
    with pytest.raises(ValueError, match=r"its time column does not increase"):
        open_recording(path)


@pytest.mark.parametrize(("at", "leap"), [(300, 0.2), (300, -0.1), (300, 60), (70_000, 0.2)])
def test_times_with_a_jump_are_rejected(tmp_path: Path, at: int, leap: float) -> None:
    n_samples = 80_000 if at > 1000 else 1200
    times = np.arange(n_samples) / 360
    times[at:] += leap
    path = write_csv(tmp_path / "a.csv", columns={"time": times, "II": np.zeros(n_samples)})
    with pytest.raises(
        ValueError, match=rf"not evenly spaced within 1 % at {str(times[at - 1])[:3]}.* --fs"
    ):
        read(path)
    assert read(path, fs=360).shape == (n_samples, 1)


@pytest.mark.parametrize("fs", [50, 3000])
def test_other_rates_are_rejected(tmp_path: Path, fs: float) -> None:
    columns = {"time (s)": np.arange(1200) / fs, "II": TWO["II"]}
    with pytest.raises(
        ValueError, match=r"(sampled at|sampling rate of) .* 100 to 2,000 Hz are supported"
    ):
        open_recording(write_csv(tmp_path / "a.csv", columns=columns, digits=6))
    with pytest.raises(
        ValueError, match=r"(sampled at|sampling rate of) .* 100 to 2,000 Hz are supported"
    ):
        open_recording(write_csv(tmp_path / "a.csv", columns=TWO), fs=fs)


@pytest.mark.parametrize(
    ("name", "factor"),
    [("II (uV)", 1e-3), ("II [mV]", 1), ("II (\u00b5V)", 1e-3), ("II_uV", 1e-3), ("II (V)", 1e3)],
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_the_unit_is_read_from_the_column_name(
    tmp_path: Path, name: str, factor: float, encoding: str
) -> None:
    columns = {name: TWO["II"] / factor, "V1": TWO["V1"]}
    path = write_csv(tmp_path / "a.csv", columns=columns, encoding=encoding, digits=7)
    assert open_recording(path, fs=360).leads == ("II", "V1")
    np.testing.assert_allclose(read(path, fs=360), EXPECTED, atol=1e-3)


def test_the_unit_may_be_given_by_the_user(tmp_path: Path) -> None:
    columns = {"II (filtered)": TWO["II"] * 1000}
    path = write_csv(tmp_path / "a.csv", columns=columns)
    assert open_recording(path, fs=360).leads == ("II (filtered)",)
    np.testing.assert_allclose(read(path, fs=360, units="uV"), EXPECTED[:, :1], atol=1e-4)
    with pytest.raises(ValueError, match=r"a median amplitude of 7\d\d.*set its unit with --units"):
        read(path, fs=360)
    assert read(path, fs=360, units="mV").shape == (1200, 1)
    with pytest.raises(ValueError, match="--units is 'steps'"):
        open_recording(path, fs=360, units="steps")


def test_the_user_cannot_contradict_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", columns={"II (uV)": TWO["II"]})
    with pytest.raises(
        ValueError, match="lead II is in uV according to the file, but --units is mV"
    ):
        read(path, fs=360, units="mV")


def test_another_signal_may_have_large_values(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", columns={"HR": np.full(1200, 75.0), **TWO})
    assert read(path, fs=360, leads=["II"]).shape == (1200, 1)


@pytest.mark.parametrize("cell", ["", " ", "-", "nan", "NaN", "- ", "nan ", "N/A", '""'])
def test_cells_without_a_value_are_nan(tmp_path: Path, cell: str) -> None:
    path = write(tmp_path, 'II,V1\n0.1,"1"\n' + f"{cell},0.2\n0.3,{cell}\n" + "0.5,0.6\n" * 3)
    signals = read(path, fs=360)
    np.testing.assert_array_equal(np.isnan(signals[:4]), [[0, 0], [1, 0], [0, 1], [0, 0]])


def test_an_empty_line_is_a_cell_where_there_is_one_column(tmp_path: Path) -> None:
    one = read(write(tmp_path, "II\n0.1\n\n0.3\n"), fs=360)
    np.testing.assert_array_equal(np.isnan(one[:, 0]), [False, True, False])
    two = read(write(tmp_path, "II,V1\n0.1,0.2\n\n0.3,0.4\n"), fs=360)
    assert two.shape == (2, 2)


@pytest.mark.parametrize(
    ("cell", "at"),
    [
        *((cell, 5) for cell in ("abc", "0x1", "1.2.3", "1e", "inf", "1e999", "1 2", "#", "١٢")),
        ("abc", 900),
    ],
)
def test_a_cell_that_is_not_a_number_is_rejected_with_its_line(
    tmp_path: Path, cell: str, at: int
) -> None:
    rows = lines(*TWO.values()).splitlines()
    rows[at] = f"0.1,{cell}"
    path = write(tmp_path, "\n".join(["II,V1", *rows]) + "\n")
    message = rf"a\.csv: line {at + 2}, column 2 \(V1\): .* is not a number; correct it"
    with pytest.raises(ValueError, match=message):
        read(path, fs=360)
    assert read(path, fs=360, leads=["II"]).shape == (1200, 1)


def test_a_line_that_is_far_down_is_found(tmp_path: Path) -> None:
    n_columns = 99  # so many that a block has few lines
    rows = [",".join(["0.1"] * n_columns)] * 15_000
    rows[14_000] = ",".join(["0.1", "oops", *["0.1"] * (n_columns - 2)])
    header = ",".join(f"X{i}" for i in range(1, n_columns + 1))
    path = write(tmp_path, "\n".join([header, *rows]) + "\n")
    with pytest.raises(ValueError, match=r"line 14002, column 2 \(X2\): 'oops'"):
        read(path, fs=360)


@pytest.mark.parametrize("separator", [",", ";", " "])
def test_a_line_with_too_many_cells_is_rejected(tmp_path: Path, separator: str) -> None:
    rows = lines(*TWO.values(), separator=separator).splitlines()
    rows[700] = separator.join(["0.1", "0.2", "0.3"])
    path = write(tmp_path, "\n".join([f"II{separator}V1", *rows]) + "\n")
    with pytest.raises(ValueError, match="line 702 has 3 cells, but the table has 2 columns"):
        read(path, fs=360)


def test_separators_at_the_ends_of_lines_make_no_column(tmp_path: Path) -> None:
    for names in ("II,V1,\n", "II,V1\n"):
        path = write(tmp_path, names + lines(*TWO.values()).replace("\n", ",\n"))
        assert open_recording(path, fs=360).leads == ("II", "V1")
        np.testing.assert_allclose(read(path, fs=360), EXPECTED, atol=1e-4)


@pytest.mark.parametrize("n_letters", [9, 12, 15])
def test_a_table_that_is_cut_in_its_last_line_is_rejected(tmp_path: Path, n_letters: int) -> None:
    text = "II,V1,V5\n" + lines(*TWO.values(), TWO["II"])
    path = write(tmp_path, text[:-n_letters])
    with pytest.raises(ValueError, match=r"a\.csv: the last line is cut, .*; copy the file again"):
        open_recording(path, fs=360)
    assert read(write(tmp_path, text[:-1]), fs=360).shape == (1200, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n\n\n", "does not start with a table"),
        ("# nothing\n", "does not start with a table"),
        ("II,V1\n-0.995,-0.470\n-0.9", "the last line is cut"),
        ("II,V1\n", "has column names, but no numbers"),
        ("a b c\nd e f\n", "does not start with numbers"),
        ("time\n" + lines(TIME), "has no column except time"),
        ("II V1\n" + lines(TIME, *TWO.values(), separator=" "), "names 2 columns, but the line"),
        (",".join(["0.1"] * 1001) + "\n", "has 1,001 columns"),
        ("0.1," * 30_000, "does not start with a table"),
        ("II\n0.1\n\x00\x01\x02\n", "is not a text file"),
    ],
)
def test_a_file_that_is_not_a_table_is_rejected(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=rf"a\.csv: .*{message}"):
        open_recording(write(tmp_path, text), fs=360)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "II" + " " * 60_000 + "(x\n" + "0.1\n" * 300,
        "time,II\n" + ("0" + ":" * 30_000 + ",0.1\n") * 300,
        "II\n" + "9" * 60_000 + "x\n" + "0.1\n" * 300,
        ",".join(["II"] * 1000) + "\n" + ",".join(["0.1"] * 1000) + "\n",
        "\n" * 1_000_000 + "0.1\n",
    ],
)
def test_hostile_text_takes_neither_time_nor_memory(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    began = time.process_time()
    tracemalloc.start()
    with suppress(ValueError):
        read(path, fs=None if text.startswith("time") else 360)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6
    assert time.process_time() - began < 10


def test_other_endings_of_tables_are_read(tmp_path: Path) -> None:
    for name in ("a.tsv", "a.txt", "a.CSV"):
        path = write(tmp_path, "# comment\n" + lines(*TWO.values(), separator="\t"), name=name)
        np.testing.assert_allclose(read(path, fs=360), EXPECTED, atol=1e-4)


def test_cells_may_be_quoted(tmp_path: Path) -> None:
    rows = [f'"{a:.4f}","{b:.4f}"' for a, b in EXPECTED]
    path = write(tmp_path, "\n".join(['"II","V1"', *rows]) + "\n")
    assert open_recording(path, fs=360).leads == ("II", "V1")
    np.testing.assert_allclose(read(path, fs=360), EXPECTED, atol=1e-4)


def test_a_long_table_is_read_in_tens_of_mb(tmp_path: Path) -> None:
    n_samples = 2_000_000
    path = write(tmp_path, "II,V1,V2\n" + "0.1234,-0.5678,1.0000\n" * n_samples)
    recording = open_recording(path, fs=360)
    tracemalloc.start()
    n_read = sum(len(block) for block in recording.read_blocks(["II", "V2"]))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_read == n_samples
    assert peak < 60e6


def test_a_lead_that_was_off_for_minutes_at_first_is_read(tmp_path: Path) -> None:
    text = "II,V1\n" + "nan,nan\n" * 40_000 + lines(TWO["II"], TWO["II"])
    signal = read(write(tmp_path, text), fs=360)
    assert np.isnan(signal[:40_000]).all()
    np.testing.assert_allclose(signal[40_000:, 0], TWO["II"], atol=1e-4)
