"""Invalid parameters of the preprocess stage are refused with field, value and cure."""

from dataclasses import replace

import pytest

from ecgfuse.pipeline.params import build_config
from ecgfuse.preprocess.config import PreprocessConfig


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("leads", (), "must name at least one lead"),
        ("fs", 49.0, "must lie between 50 and 5000 Hz"),
        ("fs", 5001.0, "must lie between 50 and 5000 Hz"),
        ("fs", 180.0, r"preprocess.band is \[0.1, 100.0\], but must .* < fs / 2 = 90 Hz"),
        ("band", (0.0, 100.0), r"is \[0.0, 100.0\], but must be \[low, high\] with 0 < low"),
        ("band", (40.0, 0.5), r"must be \[low, high\]"),
        ("band", (0.5,), r"must be \[low, high\]"),
        ("band", (0.1, 180.0), r"must be \[low, high\] .* 180 Hz"),
        ("fir_order", 255, "preprocess.fir_order is 255, but must be even and at least 2"),
        ("fir_order", 0, "must be even and at least 2"),
        ("rows", (), "must name at least one row"),
        ("rows", ("window", "window"), "each only once"),
        ("interval_s", (0.14,), "must be two times between 0 and 3 seconds"),
        ("interval_s", (-0.1, 0.28), "must be two times between 0 and 3 seconds"),
        ("window_s", (0.3, 0.0), "preprocess.window_s is .* must be two times"),
        ("window_s", (0.3, 3.5), "must be two times between 0 and 3 seconds"),
        ("length", 15, "preprocess.length is 15, but must be even and at least 16"),
        ("length", 129, "must be even and at least 16"),
        ("reference_beats", 0, "preprocess.reference_beats is 0, but must be 1 or more"),
    ],
)
def test_a_value_out_of_range_is_refused(
    preprocess_config: PreprocessConfig, field: str, value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        replace(preprocess_config, **{field: value})  # type: ignore[arg-type]
    assert str(caught.value).startswith("preprocess.")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fs", 250.0),
        ("band", (0.5, 179.0)),
        ("fir_order", 2),
        ("rows", ("window_reference",)),
        ("window_s", (1.0, 1.0)),
        ("interval_s", (0.0, 0.1)),
        ("length", 16),
        ("reference_beats", 1),
    ],
)
def test_a_value_at_the_limit_of_its_range_is_accepted(
    preprocess_config: PreprocessConfig, field: str, value: object
) -> None:
    changed = replace(preprocess_config, **{field: value})  # type: ignore[arg-type]
    assert getattr(changed, field) == value


def test_an_unknown_row_is_refused_with_the_allowed_ones(
    preprocess_config: PreprocessConfig,
) -> None:
    values = vars(preprocess_config) | {"rows": ["interval", "median"]}
    with pytest.raises(
        ValueError,
        match=r"preprocess\.rows is 'median', .* one of: interval \| .*window_difference",
    ):
        build_config(PreprocessConfig, values)


def test_a_second_lead_without_comparisons_is_refused(preprocess_config: PreprocessConfig) -> None:
    with pytest.raises(ValueError, match=r"second_lead is True, .*preprocess\.comparisons"):
        replace(preprocess_config, comparisons=False, second_lead=True)
