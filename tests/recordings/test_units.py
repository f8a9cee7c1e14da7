"""Units of voltage are known in all spellings, and other units are rejected."""

from pathlib import Path

import numpy as np
import pytest

from ecgfuse.recordings.units import factor_of, given_factor, mv_factor, to_mv

FILE = Path("a.csv")


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        *((unit, 1) for unit in ("mV", "mv", " MV ", "m V", "millivolts", "㎷")),
        *((unit, 1e-3) for unit in ("uV", "\u00b5V", "\u03bcV", "UV", "microvolt", "uVolt")),
        *((unit, 1e3) for unit in ("V", "v", "Volt")),
        *((unit, 1e-6) for unit in ("nV", "NV")),
        *((unit, 1) for unit in ("(mV)", "[mV]", "mVolts", "밀리볼트", "毫伏", "ミリボルト", "мВ")),
        *((unit, 1e-3) for unit in ("[\u00b5V]", "마이크로볼트", "微伏", "мкВ", "Mikrovolt")),
    ],
)
def test_units_are_known_in_all_spellings(unit: str, factor: float) -> None:
    assert factor_of(unit) == factor
    assert mv_factor(unit, given=None, lead="II", path=FILE) == factor


@pytest.mark.parametrize("unit", ["mmHg", "%", "bpm", "adu", "kV", "mV/s", "?"])
def test_a_unit_that_is_not_a_voltage_is_rejected(unit: str) -> None:
    with pytest.raises(ValueError, match=r"a\.csv: lead X is in .*not a known unit.* --lead"):
        mv_factor(unit, given=None, lead="X", path=FILE)


def test_a_unit_that_is_missing_is_the_one_of_the_user() -> None:
    assert mv_factor(" ", given="uV", lead="II", path=FILE) == 1e-3
    with pytest.raises(ValueError, match=r"lead II has no unit; set it with --units"):
        mv_factor("", given=None, lead="II", path=FILE)


def test_a_unit_that_is_not_known_gives_way_to_that_of_the_user() -> None:
    assert mv_factor(".V", given="uV", lead="II", path=FILE) == 1e-3


def test_the_user_cannot_contradict_the_file() -> None:
    assert mv_factor("uV", given="\u00b5V", lead="II", path=FILE) == 1e-3
    with pytest.raises(ValueError, match="is in uV according to the file, but --units is mV"):
        mv_factor("uV", given="mV", lead="II", path=FILE)


def test_the_unit_of_the_user_is_checked() -> None:
    assert given_factor(None) is None
    with pytest.raises(ValueError, match="--units is 'bpm', but must be mV, uV, V or nV"):
        given_factor("bpm")


def test_values_come_out_in_mv_and_missing_ones_stay_missing() -> None:
    mv = to_mv(np.array([1500.0, np.nan, -20]), factor=1e-3, lead="II", path=FILE)
    assert mv.dtype == np.float32
    np.testing.assert_array_equal(mv, np.array([1.5, np.nan, -0.02], dtype=np.float32))


@pytest.mark.parametrize("value", [1e39, -1e300, np.inf])
def test_values_that_are_too_large_are_rejected(value: float) -> None:
    with pytest.raises(ValueError, match=r"a\.csv: lead II has values that are too large"):
        to_mv(np.array([0, value]), factor=1e3, lead="II", path=FILE)
