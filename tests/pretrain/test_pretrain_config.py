"""The group `pretrain` of the parameters, and the command line of its stage."""

import dataclasses

import pytest
from small_networks import PRETRAIN

from ecgfuse.pretrain.config import OBJECTIVES, objective_named


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mask_ratio", 1.0),
        ("factor", 1.0),
        ("lead_masking", 1.0),
        ("moco_alpha", -1.0),
        ("nextclip_alpha", -1.0),
        ("epoch_windows", -1),
        ("epochs", 0),
        ("patience", 0),
        ("batch_size", 1),
        ("warmup_epochs", -1),
        ("stop_after", -1),
        ("seed", -1),
        ("learning_rate", 0.0),
    ],
)
def test_values_out_of_range_are_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"pretrain\.{field} is .*, but must"):
        dataclasses.replace(PRETRAIN, **{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", OBJECTIVES)
def test_the_only_argument_names_the_objective(name: str) -> None:
    assert objective_named(["pretrain.py", name]) == name
