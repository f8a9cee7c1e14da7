"""Features are standardised by the training beats, whatever beats come later."""

import torch

from ecgfuse.models.scaler import FeatureScaler

TRAINING = torch.tensor([[1.0, 10.0], [2.0, 30.0], [3.0, 50.0]])
"""Means 2 and 30, standard deviations 1 and 20."""


def fitted() -> FeatureScaler:
    scaler = FeatureScaler(2)
    scaler.fit(TRAINING)
    return scaler


def test_training_beats_get_mean_0_and_sd_1() -> None:
    scaled = fitted()(TRAINING)
    torch.testing.assert_close(scaled, torch.tensor([[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]]))


def test_other_beats_are_measured_by_the_training_beats() -> None:
    scaled = fitted()(torch.tensor([[4.0, 20.0]]))
    torch.testing.assert_close(scaled, torch.tensor([[2.0, -0.5]]))


def test_values_are_cut_off_at_5_standard_deviations() -> None:
    scaled = fitted()(torch.tensor([[6.9, 1e6], [7.1, -1e6]]))
    torch.testing.assert_close(scaled, torch.tensor([[4.9, 5.0], [5.0, -5.0]]))


def test_feature_that_never_varies_stays_finite() -> None:
    scaler = FeatureScaler(1)
    scaler.fit(torch.full((4, 1), 3.0))
    assert scaler(torch.tensor([[3.0], [4.0]])).tolist() == [[0.0], [5.0]]


def test_scaler_that_was_not_fitted_changes_nothing() -> None:
    assert torch.equal(FeatureScaler(2)(TRAINING.clamp(max=5)), TRAINING.clamp(max=5))


def test_statistics_travel_with_the_weights() -> None:
    scaler = FeatureScaler(2)
    scaler.load_state_dict(fitted().state_dict())
    assert torch.equal(scaler(TRAINING), fitted()(TRAINING))
    assert not list(scaler.parameters())  # and no optimiser changes them
