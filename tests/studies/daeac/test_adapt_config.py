"""An invalid parameter of the adaptation is reported by name."""

import dataclasses
from typing import Any

import pytest
from small_networks import DAEAC


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("adapt_s", 0.0),
        ("steps", 0),
        ("batch_size", 1),
        ("learning_rate", 0.0),
        ("weight_decay", -0.1),
        ("voters", 0),
        ("confidence", (0.9, 0.9, 0.9)),
        ("confidence", (0.9, 0.9, 0.9, 1.1)),
        ("margin", 0.0),
        ("centre_rate", 0.0),
        ("centre_rate", 1.5),
        ("align_weight", -1.0),
    ],
)
def test_an_invalid_parameter_is_refused(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"daeac.{field} is .*must be"):
        dataclasses.replace(DAEAC, **{field: value})
