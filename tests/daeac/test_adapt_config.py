"""An impossible setting of the adaptation is told by its name."""

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
def test_a_value_out_of_range_is_refused_with_its_name(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"daeac.{field} is .*must be"):
        dataclasses.replace(DAEAC, **{field: value})
