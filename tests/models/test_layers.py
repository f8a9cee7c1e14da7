"""Shared layers: each equals its definition, and acts only when it should."""

import math

import pytest
import torch
from torch.nn import functional as F

from ecgfuse.models.layers import (
    FeatureScaler,
    WaveformDropout,
    attention_on,
    embed_features,
    mean_token,
    sinusoidal_positions,
)

TRAINING = torch.tensor([[1.0, 10.0], [2.0, 30.0], [3.0, 50.0]])
"""Means 2 and 30, standard deviations 1 and 20."""


def fitted() -> FeatureScaler:
    scaler = FeatureScaler(2)
    scaler.fit(TRAINING)
    return scaler


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        (TRAINING, [[-1.0, -1.0], [0.0, 0.0], [1.0, 1.0]]),
        (torch.tensor([[4.0, 20.0]]), [[2.0, -0.5]]),
        (torch.tensor([[6.9, 1e6], [7.1, -1e6]]), [[4.9, 5.0], [5.0, -5.0]]),
    ],
    ids=["training beats", "other beats", "clipped to 5 standard deviations"],
)
def test_features_are_standardised_by_the_training_beats(
    features: torch.Tensor, expected: list[list[float]]
) -> None:
    torch.testing.assert_close(fitted()(features), torch.tensor(expected))


def test_a_constant_feature_stays_finite() -> None:
    scaler = FeatureScaler(1)
    scaler.fit(torch.full((4, 1), 3.0))
    assert scaler(torch.tensor([[3.0], [4.0]])).tolist() == [[0.0], [5.0]]


def test_a_scaler_that_was_not_fitted_changes_nothing() -> None:
    assert torch.equal(FeatureScaler(2)(TRAINING.clamp(max=5)), TRAINING.clamp(max=5))


def test_the_statistics_are_stored_with_the_weights_and_are_not_trainable() -> None:
    scaler = FeatureScaler(2)
    scaler.load_state_dict(fitted().state_dict())
    assert torch.equal(scaler(TRAINING), fitted()(TRAINING))
    assert not list(scaler.parameters())


def test_a_beat_loses_all_of_its_tokens_or_none() -> None:
    torch.manual_seed(0)
    tokens = torch.rand(4000, 5, 3) + 0.1
    out = WaveformDropout(0.3)(tokens)
    lost = (out == 0).all(dim=(1, 2))
    assert torch.equal(out[~lost], tokens[~lost])
    assert lost.float().mean().item() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("p", [0.0, 0.9])
def test_no_beat_is_dropped_in_evaluation_or_with_probability_0(p: float) -> None:
    tokens = torch.rand(50, 5, 3)
    dropout = WaveformDropout(p).train(p == 0)
    assert torch.equal(dropout(tokens), tokens)


def test_mean_token_is_the_mean_over_time() -> None:
    tokens = torch.tensor([[[1.0, 10.0], [2.0, 20.0], [6.0, 0.0]]])
    assert mean_token(tokens).tolist() == [[3.0, 10.0]]


def test_embedding_is_linear_then_standardised_then_gelu() -> None:
    embed = embed_features(1, emb_dim=2)
    embed[0].weight.data = torch.tensor([[1.0], [3.0]])
    embed[0].bias.data.zero_()
    # 5 -> (5, 15) -> (-1, 1) -> x * Phi(x), with the normal distribution function Phi
    phi = (1 + math.erf(1 / math.sqrt(2))) / 2
    expected = torch.tensor([[-(1 - phi), phi]])
    torch.testing.assert_close(embed(torch.tensor([[5.0]])), expected, rtol=0, atol=1e-5)


def test_positions_equal_those_by_hand() -> None:
    expected = [
        [0.0, 1.0, 0.0, 1.0],
        [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)],
        [math.sin(2), math.cos(2), math.sin(0.02), math.cos(0.02)],
    ]
    torch.testing.assert_close(sinusoidal_positions(3, dim=4), torch.tensor(expected))


def test_positions_of_all_tokens_differ() -> None:
    table = sinusoidal_positions(64, dim=64)
    distances = torch.cdist(table, table) + 100 * torch.eye(64)
    assert distances.min() > 0.5


def test_attention_on_a_cpu_equals_that_of_the_fused_kernel() -> None:
    torch.manual_seed(0)
    query, key, value = torch.randn(3, 2, 4, 7, 8)
    with attention_on(query.device):
        plain = F.scaled_dot_product_attention(query, key, value)
    torch.testing.assert_close(plain, F.scaled_dot_product_attention(query, key, value))


def test_on_a_cpu_the_fused_kernel_is_not_used() -> None:
    query = torch.randn(2, 4, 7, 8, requires_grad=True)
    with attention_on(query.device):
        answer = F.scaled_dot_product_attention(query, query, query)
    assert answer.grad_fn is not None
    assert "Flash" not in answer.grad_fn.name()
    fused = F.scaled_dot_product_attention(query, query, query)
    assert fused.grad_fn is not None
    assert "Flash" in fused.grad_fn.name()
