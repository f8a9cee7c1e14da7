"""Numbers are read in the notations of many countries; an ambiguous comma is rejected."""

from pathlib import Path

import pytest
from ecg_tables import ECG, FS, check, commas, table, write
from reading import read

from ecgfuse.recordings.open import open_recording

OFFSET_UV = 10_000
SHIFTED = ECG + OFFSET_UV / 1000


@pytest.mark.parametrize("form", [".4f", ".6g", ".5e"])
def test_a_single_column_with_decimal_commas_needs_no_name(tmp_path: Path, form: str) -> None:
    for head in ("", "II\n"):
        rows = commas(table(lambda i, v: f"{v:{form}}"))
        check(write(tmp_path, head + rows), fs=FS)


@pytest.mark.parametrize("separator", [";", "\t", " ", "  ", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_columns_with_decimal_commas_are_read_with_and_without_names(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    for head in ("", f"time{separator}II\n"):
        rows = commas(table(lambda i, v: f"{i / FS:.3f}{separator}{v:.4f}"))
        check(write(tmp_path, head + rows, encoding=encoding))


def test_quoted_numbers_may_have_decimal_commas_between_commas(tmp_path: Path) -> None:
    rows = table(lambda i, v: f'"{i / FS:.3f}","{v:.4f}"'.replace(".", ","))
    check(write(tmp_path, '"time","II"\n' + rows))


@pytest.mark.parametrize(
    ("thousands", "decimal"), [(",", "."), (".", ","), (" ", ","), ("\u202f", ","), ("'", ".")]
)
def test_thousands_may_be_separated(tmp_path: Path, thousands: str, decimal: str) -> None:
    def row(i: int, v: float) -> str:
        text = f"{OFFSET_UV + 1000 * v:,.2f}".replace(",", "_").replace(".", decimal)
        return f"{i};{text.replace('_', thousands)}"

    path = write(tmp_path, table(row, head="sample;II (uV)\n"))
    check(path, fs=FS, ecg=SHIFTED)


def test_whole_numbers_in_groups_beside_shorter_ones_are_thousands(tmp_path: Path) -> None:
    rows = table(lambda i, v: f'"{1000 * (2 * v - 0.5):,.0f}",0.5', head="II (uV),V1 (mV)\n")
    check(write(tmp_path, rows), fs=FS, ecg=2 * ECG - 0.5)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (lambda i, v: f"{511 + 90 * v:.0f},{498 - 50 * v:.0f}", "comma in .* is a decimal sign"),
        (lambda i, v: f"{511 + 90 * v:.0f},1", "separates two columns"),
        (lambda i, v: f"0,{i * 4 % 1000:03d},{v:.4f}".replace(".", ","), "also the separator"),
        (lambda i, v: f"a;{511 + 90 * v:.0f},{i % 900 + 100}", "or separates thousands"),
    ],
)
def test_a_comma_with_two_possible_meanings_is_rejected(
    tmp_path: Path,
    row,
    message: str,  # type: ignore[no-untyped-def]
) -> None:
    with pytest.raises(ValueError, match=rf"a\.csv: .*{message}"):
        open_recording(write(tmp_path, table(row)), fs=FS)


def test_names_tell_two_columns_of_whole_numbers_from_decimals(tmp_path: Path) -> None:
    rows = table(lambda i, v: f"{1000 * v:.0f},{498 - 50 * v:.0f}", head="II,V1\n")
    check(write(tmp_path, rows), fs=FS, units="uV")


def test_a_typographic_minus_is_a_minus(tmp_path: Path) -> None:
    rows = table(lambda i, v: f"{v:.4f}").replace("-", "\u2212")
    check(write(tmp_path, rows), fs=FS)


def test_remarks_and_repeated_names_among_the_numbers_are_skipped_if_time_goes_on(
    tmp_path: Path,
) -> None:
    def row(i: int, v: float) -> str:
        more = "\n# marker" if i % 700 == 0 else "\ntime,II" if i % 1000 == 999 else ""
        return f"{i / FS:.3f},{v:.4f}{more}"

    check(write(tmp_path, table(row, head="time,II\n")))


def test_names_repeated_after_an_interruption_are_rejected(tmp_path: Path) -> None:
    def row(i: int, v: float) -> str:
        time_s = i / FS + (60 if i >= 1500 else 0)
        return ("time,II\n" if i == 1500 else "") + f"{time_s:.3f},{v:.4f}"

    path = write(tmp_path, table(row, head="time,II\n"))
    with pytest.raises(ValueError, match="time column"):
        read(path)
    with pytest.raises(ValueError, match=r"'time,II' occurs again.*omit --fs"):
        read(path, fs=FS)


def test_more_names_than_cells_are_rejected(tmp_path: Path) -> None:
    rows = table(lambda i, v: f"{v:.4f},{-v:.4f}", head="II,V1,V5\n")
    with pytest.raises(ValueError, match="names 3 columns, II, V1, V5, but the lines below have 2"):
        open_recording(write(tmp_path, rows), fs=FS)
