"""Arguments of `Annotator.annotate` are accepted in every type of number, or refused."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from ecgfuse.annotate.checks import checked_rate


@pytest.mark.parametrize(
    "fs",
    [
        *(250, 250.0, Fraction(250), Decimal(250), np.array(250.0), np.array(250)),
        *(kind(250) for kind in (np.float16, np.float32, np.float64, np.int16, np.uint16)),
    ],
)
def test_every_real_number_is_a_rate(fs: float) -> None:
    rate = checked_rate(fs)
    assert rate == 250
    assert type(rate) is float


@pytest.mark.parametrize("fs", ["250", None, 250j, [250.0], np.array([250.0]), b"250"])
def test_other_values_are_refused(fs: object) -> None:
    with pytest.raises(ValueError, match="but must be a number in Hz, such as"):
        checked_rate(fs)  # type: ignore[arg-type]


@pytest.mark.parametrize("fs", [0, -250, 99, 2001, np.nan, np.inf, Decimal("NaN")])
def test_rates_out_of_range_are_refused(fs: float) -> None:
    with pytest.raises(ValueError, match="must lie between 100 and 2,000 Hz"):
        checked_rate(fs)
