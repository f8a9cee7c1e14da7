"""The quantiser: sampling of entries, perplexity, and the warning of a collapse."""

import math
import warnings

import pytest
import torch
from pretrain_sizes import generator

from ecgfuse.pretrain.quantiser import Quantiser, perplexity, warn_of_collapse


def quantiser() -> Quantiser:
    torch.manual_seed(0)
    return Quantiser(8, n_groups=2, n_entries=5, width=6)


def test_target_is_one_entry_of_each_group() -> None:
    network, features = quantiser(), torch.randn(4, 7, 8)
    for training in (True, False):
        targets, _ = network.train(training)(features, temperature=1.0, generator=generator())
        assert targets.shape == (4, 7, 6)
        for group in range(2):
            part = targets[..., 3 * group : 3 * group + 3]
            distance = (part[..., None, :] - network.entries[group]).abs().amax(dim=-1)
            assert distance.amin(dim=-1).max() < 1e-5


@pytest.mark.parametrize("training", [True, False])
def test_entries_are_sampled_by_their_scores(training: bool) -> None:
    network = quantiser().train(training)
    with torch.no_grad():
        network.scores.weight.zero_()
        network.scores.bias.copy_(torch.tensor([0.0, 1, 2, 0, 0, 0, 0, 0, 0, 0]))
        network.entries.copy_(torch.eye(5)[:, :3].expand(2, 5, 3))
    targets, _ = network(torch.zeros(40_000, 8), temperature=0.5, generator=generator())
    shares = torch.tensor([0.0, 1, 2, 0, 0]).softmax(dim=0)
    torch.testing.assert_close(targets.mean(dim=0)[:3], shares[:3], atol=0.01, rtol=0)


def test_the_gradient_reaches_scores_and_entries() -> None:
    network = quantiser()
    network(torch.randn(9, 8), temperature=1.0, generator=generator()).targets.sum().backward()
    assert network.scores.weight.grad is not None
    assert network.scores.weight.grad.abs().max() > 0
    assert network.entries.grad is not None


def test_perplexity_is_the_effective_number_of_entries() -> None:
    even = torch.full((2, 320), 1 / 320)
    assert perplexity(even) == pytest.approx(640)
    one = torch.eye(320)[:2]
    assert perplexity(one) == pytest.approx(2)
    mixed = torch.tensor([[0.5, 0.5, 0.0], [0.25, 0.25, 0.5]])
    assert perplexity(mixed) == pytest.approx(2 + math.exp(1.5 * math.log(2)))


def test_only_a_collapsed_codebook_warns() -> None:
    with pytest.warns(
        UserWarning, match=r"collapsed: perplexity 2\.10.*2 is the least.*pretrain\.learning_rate"
    ):
        warn_of_collapse(2.1, n_groups=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_collapse(40.0, n_groups=2)


def test_equal_choices_give_bit_identical_targets() -> None:
    network, features = quantiser(), torch.randn(200, 8)
    targets, _ = network(features, temperature=2.0, generator=generator())
    distance = (targets[:, None] - targets).abs().amax(dim=2)
    alike = distance < 1e-4
    assert alike.sum() > 400
    assert (distance[alike] == 0).all()
