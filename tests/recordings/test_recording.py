"""Sampling rates are checked, and leads get printable, unique names."""

from pathlib import Path

import pytest

from ecgfuse.recordings.recording import agreed_fs, check_fs, lead_names, lead_numbers, shown

FILE = Path("a.edf")


@pytest.mark.parametrize("fs", [100, 257.5, 360, 2000])
def test_rates_of_an_ecg_are_supported(fs: float) -> None:
    assert check_fs(fs, path=FILE) == fs


@pytest.mark.parametrize("fs", [0, 99.9, 2000.1, 1e5, float("nan"), float("inf")])
def test_other_rates_are_rejected_with_the_supported_ones(fs: float) -> None:
    with pytest.raises(ValueError, match=r"a\.edf: sampled at .* 100 to 2,000 Hz .* resample it"):
        check_fs(fs, path=FILE)


def test_the_rate_is_declared_in_the_file_or_given_by_the_user() -> None:
    assert agreed_fs(360, given=None, path=FILE) == 360
    assert agreed_fs(360, given=360, path=FILE) == 360
    assert agreed_fs(None, given=250, path=FILE) == 250


@pytest.mark.parametrize(
    ("declared", "given", "message"),
    [
        (None, None, "declares no sampling rate; set --fs"),
        (360, 250, "declares a sampling rate of 360 Hz, but --fs is 250; omit --fs"),
        (None, 50, "sampled at 50 Hz"),
        (None, float("nan"), "--fs is nan"),
        (360, -1, "--fs is -1"),
    ],
)
def test_a_rate_that_is_missing_or_contradicted_is_rejected(
    declared: float | None, given: float | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        agreed_fs(declared, given=given, path=FILE)


def test_names_of_leads_are_unique_and_never_empty() -> None:
    assert lead_names(["II", "", "II", " ", "II (2)"]) == (
        *("II", "signal 2", "II (2)", "signal 4", "II (2) (2)"),
    )


def test_lead_names_are_printable() -> None:
    names = lead_names(["\x1b[2J\x00V1\n", "심전도", "x" * 5000, "\udc80"])
    assert names == ("[2J V1", "심전도", "x" * 40, "signal 4")
    assert all(name.isprintable() for name in names)


def test_text_is_shown_in_one_short_line() -> None:
    assert shown("a\r\n\tb\x85" + "c" * 1000, length=6) == "a b cc"


def test_leads_are_found_by_name_in_the_order_asked_for() -> None:
    assert lead_numbers(["V5", "II", "V5"], leads=["II", "V1", "V5"], path=FILE) == [2, 0, 2]


@pytest.mark.parametrize("names", [["V2"], ["II", "V2"], []])
def test_a_missing_lead_is_rejected_with_the_existing_ones(names: list[str]) -> None:
    with pytest.raises(ValueError, match=r"a\.edf: has no lead .*, only II, V1"):
        lead_numbers(names, leads=["II", "V1"], path=FILE)
