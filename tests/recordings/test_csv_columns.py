"""Columns that only count, rise or mark are no ECG; if the ECG cannot be known, none is taken."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ecg_tables import ECG, FS, check, origin, table, taken, write

from ecgfuse.recordings.open import open_recording


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("point", lambda i: i),
        ("Unnamed: 0", lambda i: i),
        ("순번", lambda i: i + 1),
        ("whatever", lambda i: -i),
        ("seq", lambda i: i % 256),
        ("p", lambda i: i % 16),
        ("packet", lambda i: i // 20),
        ("block", lambda i: i // 50 * 10 + 3),
        ("ticks", lambda i: 4 * i + i % 2),
        ("mark", lambda i: int(i % 300 == 0)),
        ("gain", lambda i: 7),
        ("", lambda i: i),
    ],
)
def test_a_column_that_counts_rises_or_marks_is_no_ecg(tmp_path: Path, name: str, number) -> None:  # type: ignore[no-untyped-def]
    rows = table(lambda i, v: f"{number(i)},{1000 * v:.2f}", head=f"{name},value\n")
    path = write(tmp_path, rows)
    assert open_recording(path, fs=FS, units="uV").leads == ("value",)
    check(path, fs=FS, units="uV")


def test_a_counter_may_skip_lost_packets(tmp_path: Path) -> None:
    rows = table(lambda i, v: f"{(i + i // 700) % 256},{v:.4f}", head="p,value\n")
    assert taken(write(tmp_path, rows), fs=FS) == "value"


def test_the_index_and_the_numbers_that_pandas_writes_are_no_samples(tmp_path: Path) -> None:
    for data in (pd.Series(ECG), pd.DataFrame(ECG)):
        for index in (True, False):
            text = io.StringIO()
            data.to_csv(text, index=index)
            check(write(tmp_path, text.getvalue()), fs=FS)


@pytest.mark.parametrize("head", ['"","II","V1"\n', '"II","V1"\n', '"II" "V1"\n'])
def test_row_names_of_r_are_no_lead(tmp_path: Path, head: str) -> None:
    gap = " " if " " in head else ","
    rows = table(lambda i, v: gap.join([f'"{i + 1}"', f"{v:.4f}", f"{-v:.4f}"]))
    path = write(tmp_path, head + rows)
    assert open_recording(path, fs=FS).leads == ("II", "V1")
    check(path, fs=FS)


def test_a_table_of_counters_alone_has_no_ecg(tmp_path: Path) -> None:
    for rows in (table(lambda i, v: f"{i},{i / FS:.3f}"), table(lambda i, v: f"{i}")):
        with pytest.raises(ValueError, match="no column except time and counters"):
            open_recording(write(tmp_path, rows), fs=FS, units="uV")


@pytest.mark.parametrize("head", ["", "a,b\n", "channel 1,channel 2\n"])
def test_columns_of_which_any_may_be_the_ecg_are_listed_with_the_option(
    tmp_path: Path, head: str
) -> None:
    path = write(tmp_path, table(lambda i, v: f"{v:.4f},{-v:.4f}", head=head))
    with pytest.raises(ValueError, match=r"cannot be known which of 1 .*, 2 .* is the ECG.*--lead"):
        taken(path, fs=FS)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("V1,리드 II", "리드 II"),
        ("Resp,전압", "전압"),
        ("x,voltage", "voltage"),
        ("acc_x,b", "b"),
        ("pulse (bpm),b", "b"),
        ("temp [°C],signal", "signal"),
        ("ECG_Rate,ECG_Clean", "ECG_Clean"),
        ("EEG Fpz,EXG", "EXG"),
    ],
)
def test_the_name_decides_where_it_can(tmp_path: Path, names: str, expected: str) -> None:
    rows = table(lambda i, v: f"{-v / 2 + i % 5 / 9:.4f},{v:.4f}", head=f"{names}\n")
    path = write(tmp_path, rows)
    assert taken(path, fs=FS) == expected
    check(path, fs=FS)


@pytest.mark.parametrize("kind", ["plain", "pandas", "named", "one line"])
def test_a_table_of_single_beats_is_rejected_as_such(tmp_path: Path, kind: str) -> None:
    rows = np.resize(ECG - ECG.min(), (400, 187))
    beats = pd.DataFrame(np.c_[rows, np.zeros(400)])
    if kind == "named":
        beats.columns = pd.Index([*(f"c_{i}" for i in range(187)), "label"])
    text = io.StringIO()
    (beats[:1] if kind == "one line" else beats).to_csv(
        text, header=kind in ("pandas", "named"), index=kind == "pandas"
    )
    with pytest.raises(ValueError, match=r"a beat \(or a segment\) per line.*Kaggle.*read_csv"):
        open_recording(write(tmp_path, text.getvalue()), fs=125)


def test_many_leads_with_a_sample_per_line_are_no_beats(tmp_path: Path) -> None:
    rows = table(lambda i, v: ",".join(f"{v * (k % 5 - 2.5):.4f}" for k in range(40)))
    assert len(open_recording(write(tmp_path, rows), fs=FS).leads) == 40


def test_the_origin_of_a_lead_names_what_was_assumed(tmp_path: Path) -> None:
    path = write(tmp_path, table(lambda i, v: f"{i / FS:.3f},{v:.4f}", head="시간(초),심전도\n"))
    found = origin(path)
    assert (found.column, found.unit, found.unit_from) == (2, "mV", "assumed")
    assert found.fs_from == "column 1 (시간(초))"
    found = origin(path, fs=FS, units="uV")
    assert (found.unit, found.unit_from, found.fs_from) == ("uV", "--units", "--fs")
