"""The published transformer is two dense layers, and its shortcut changes nothing."""

import pytest
import torch
from torch import nn

from ecgfuse.models.one_feature_transformer import (
    OneFeatureAttention,
    OneFeatureBlock,
    OneFeatureTransformer,
)
from ecgfuse.models.single_beat import n_parameters


@pytest.fixture
def network() -> OneFeatureTransformer:
    """The full computation, with random weights and biases as after some training."""
    torch.manual_seed(0)
    network = OneFeatureTransformer(full_attention=True).eval()
    for parameter in network.parameters():
        nn.init.normal_(parameter, std=0.2)
    return network


@pytest.fixture
def beats() -> torch.Tensor:
    return torch.rand(3, 187, generator=torch.Generator().manual_seed(1))


def test_it_has_the_published_number_of_parameters_of_which_28_744_are_in_the_blocks(
    network: OneFeatureTransformer,
) -> None:
    assert n_parameters(network) == 53_066
    assert n_parameters(network.blocks) == 28_744


def test_a_layer_norm_of_one_feature_is_its_bias_whatever_the_beat(
    network: OneFeatureTransformer, beats: torch.Tensor
) -> None:
    norm = network.blocks[0].attention_norm
    assert (norm(beats[:, :, None]) == norm.bias).all()


def test_each_block_adds_the_same_output_when_its_normalised_time_steps_are_permuted(
    network: OneFeatureTransformer, beats: torch.Tensor
) -> None:
    block, order = network.blocks[0], torch.randperm(187)
    normalised = block.attention_norm(beats[:, :, None])
    after = block.attention(normalised)
    torch.testing.assert_close(block.attention(normalised[:, order]), after, rtol=0, atol=1e-6)


def test_each_block_adds_one_number_to_all_samples_of_all_beats(
    network: OneFeatureTransformer, beats: torch.Tensor
) -> None:
    for block in network.blocks:
        added = block(beats[:, :, None]) - beats[:, :, None]
        assert added.std() < 1e-6
        assert added.mean().abs() > 1e-3  # else it would add nothing


def test_the_blocks_can_be_replaced_by_the_bias_of_the_first_dense_layer(
    network: OneFeatureTransformer, beats: torch.Tensor
) -> None:
    added = (network.blocks(beats[:, :, None])[:, :, 0] - beats).mean()
    dense = network.dense[0]
    hidden = (beats @ dense.weight.T + dense.bias + added * dense.weight.sum(dim=1)).relu()
    torch.testing.assert_close(network(beats), network.head(hidden), rtol=1e-4, atol=1e-4)


def test_queries_keys_and_scales_of_layer_norms_have_no_gradient(
    network: OneFeatureTransformer, beats: torch.Tensor
) -> None:
    network.double()  # in fp32 the norm divides rounding errors by sqrt(1e-6)
    nn.functional.cross_entropy(network(beats.double()), torch.tensor([0, 1, 0])).backward()
    ends = ("query.weight", "query.bias", "key.weight", "key.bias", "norm.weight")
    dead = [p for name, p in network.blocks.named_parameters() if name.endswith(ends)]
    assert sum(parameter.numel() for parameter in dead) == 4 * (2 * 2048 + 2)
    assert max(parameter.grad.abs().max() for parameter in dead) < 1e-9
    assert network.blocks[0].attention.value.bias.grad.abs().max() > 1e-6


def test_computing_one_of_the_equal_tokens_gives_the_output_of_the_full_attention(
    network: OneFeatureTransformer, beats: torch.Tensor
) -> None:
    shortcut = OneFeatureTransformer().eval()
    shortcut.load_state_dict(network.state_dict())
    torch.testing.assert_close(shortcut(beats), network(beats), rtol=1e-4, atol=1e-5)
    assert shortcut(beats).std() > 0.01


def test_dropout_of_equal_attention_weights_has_the_distribution_of_the_full_attention() -> None:
    torch.manual_seed(0)
    attention = OneFeatureAttention()
    token = torch.full((64, 1, 1), 0.7)
    full = attention(token.expand(-1, 187, -1)).flatten()
    shortcut = attention.of_equal_tokens(token).flatten()
    # 11,968 answers: the standard errors are sd / 109 and about sd / 155.
    sd = full.std().item()
    assert sd > 1e-3
    assert shortcut.mean().item() == pytest.approx(full.mean().item(), abs=5 * sd / 109)
    assert shortcut.std().item() == pytest.approx(sd, rel=5 / 155 * 2)


def test_a_token_keeps_a_binomial_number_of_its_187_weights() -> None:
    torch.manual_seed(0)
    kept = OneFeatureAttention().kept_weights(64)
    assert kept.shape == (64, 187, 4)
    assert kept.mean().item() == pytest.approx(187 * 0.75, abs=0.15)
    assert kept.var().item() == pytest.approx(187 * 0.75 * 0.25, rel=0.05)
    assert 100 < kept.min() < kept.max() <= 187


def test_all_dropout_of_a_block_has_the_distribution_of_the_full_computation() -> None:
    torch.manual_seed(0)
    full, shortcut = (OneFeatureBlock(full_attention=flag) for flag in (True, False))
    for parameter in full.parameters():
        nn.init.normal_(parameter, std=0.5)
    shortcut.load_state_dict(full.state_dict())
    x = torch.zeros(64, 187, 1)
    added = [block(x).flatten() for block in (full, shortcut)]
    for quantile in (0.1, 0.5, 0.9):
        expected, found = (values.quantile(quantile).item() for values in added)
        assert found == pytest.approx(expected, abs=0.1 * added[0].std().item())
    assert added[1].std().item() == pytest.approx(added[0].std().item(), rel=0.05)
