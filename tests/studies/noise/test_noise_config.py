"""Parameters of the noise stage are checked, and define the conditions in a fixed order."""

from typing import Any

import pytest

from ecgfuse.pipeline.params import build_config
from ecgfuse.studies.noise.config import NoiseConfig

GOOD: dict[str, Any] = {"kinds": ["bw", "ma"], "snr_db": [6, -6]}


def test_conditions_are_the_clean_recording_and_every_noise_at_every_ratio() -> None:
    conditions = build_config(NoiseConfig, GOOD).conditions()
    assert conditions == [None, ("bw", 6.0), ("bw", -6.0), ("ma", 6.0), ("ma", -6.0)]


@pytest.mark.parametrize(
    ("field", "value", "cure"),
    [
        ("kinds", [], "at least one value"),
        ("kinds", ["bw", "bw"], "each only once"),
        ("kinds", ["em", "am"], "must be one of: bw | em | ma"),
        ("snr_db", [], "at least one value"),
        ("snr_db", [6, 6.0], "each only once"),
        ("snr_db", [61], "between -40 and 60 dB"),
        ("snr_db", [-41], "between -40 and 60 dB"),
        ("snr_db", ["loud"], "must be of type float"),
    ],
)
def test_a_value_out_of_range_is_refused(field: str, value: list[Any], cure: str) -> None:
    with pytest.raises(ValueError, match=rf"noise\.{field} is ") as caught:
        build_config(NoiseConfig, GOOD | {field: value})
    assert cure in str(caught.value)
