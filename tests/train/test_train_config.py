"""Range checks of the groups `train` and `augment` of the parameters."""

import pytest
from small_networks import augment_with, train_with


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seeds", ()),
        ("epochs", 0),
        ("batch_size", 0),
        ("patient_power", 1.5),
        ("epoch_beats", -1),
        ("learning_rate", 0.0),
        ("learning_rate", 1.5),
        ("weight_decay", -1.0),
        ("focal_gamma", -1.0),
        ("logit_adjustment", -1.0),
        ("mixup", -1.0),
        ("swa_from", -1),
        ("swa_from", 4),  # above train.epochs
        ("label_smoothing", 1.0),
        ("average", 1.0),
    ],
)
def test_train_values_out_of_range_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"train\.{field} is .*, but must"):
        train_with(**{field: value})


def test_swa_and_a_moving_average_exclude_each_other() -> None:
    with pytest.raises(ValueError, match=r"train\.swa_from is 2, but must be 0 while"):
        train_with(swa_from=2, average=0.9)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_warp", 0.16),
        ("polarity", 1.1),
        ("mask_probability", 1.1),
        ("row_dropout", -0.1),
        ("noisy_beats", 1.1),
        ("amplitude", -0.1),
        ("baseline_wander", -0.1),
        ("white_noise", -0.1),
        ("rr_jitter", -0.1),
        ("mask_width", 1.0),
    ],
)
def test_augment_values_out_of_range_are_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"augment\.{field} is .*, but must"):
        augment_with(**{field: value})
