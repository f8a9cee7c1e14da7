"""The working transformer sees order, and its attention learns."""

import pytest
import torch
from torch import nn

from ecgfuse.models.beat_transformer import PATCH, BeatTransformer
from ecgfuse.models.single_beat import build_single_beat, n_parameters


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def test_it_has_at_most_the_parameters_of_the_published_transformer() -> None:
    assert n_parameters(build_single_beat("transformer")) == 51_874
    assert n_parameters(build_single_beat("transformer_published")) == 53_066


def test_patches_cover_the_beat_exactly_so_every_sample_changes_the_output() -> None:
    network = BeatTransformer().eval()
    x = torch.rand(1, 187, requires_grad=True)
    network(x)[0, 0].backward()
    assert (x.grad != 0).all()


def test_output_changes_when_time_steps_or_whole_patches_are_permuted() -> None:
    network = BeatTransformer().eval()
    x = torch.rand(4, 187)
    patches = x.view(4, -1, PATCH).flip(1).reshape(4, 187)
    for permuted in (x.flip(1), patches):
        assert (network(permuted) - network(x)).abs().max() > 1e-3


def test_without_positions_the_order_of_patches_would_not_matter() -> None:
    network = BeatTransformer().eval()
    nn.init.zeros_(network.positions)
    x = torch.rand(4, 187)
    patches = x.view(4, -1, PATCH).flip(1).reshape(4, 187)
    torch.testing.assert_close(network(patches), network(x))


def test_queries_and_keys_of_every_block_have_gradients() -> None:
    network = BeatTransformer()
    nn.functional.cross_entropy(network(torch.rand(8, 187)), torch.arange(8) % 2).backward()
    for block in network.blocks:
        query, key, _ = block.attention.qkv.weight.grad.chunk(3)
        assert query.abs().max() > 0
        assert key.abs().max() > 0


def test_it_learns_eight_beats_by_heart() -> None:
    network = BeatTransformer().eval()  # dropout would need more steps
    x, labels = torch.rand(8, 187), torch.tensor([0, 1, 1, 0, 1, 0, 0, 1])
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(150):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(x), labels)
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.01
    assert network(x).argmax(dim=1).tolist() == labels.tolist()
