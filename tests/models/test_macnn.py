"""The backbone has the published sizes, its blocks the published paths and initial weights."""

import pytest
import torch
from small_networks import PUBLISHED
from torch import nn
from torch.nn import functional as F

from ecgfuse.models.macnn import MACNNSE, PreActivationBlock


def backbone(n_rows: int) -> MACNNSE:
    torch.manual_seed(0)
    return MACNNSE(
        n_rows, dilations=PUBLISHED.dilations, se_reductions=PUBLISHED.se_reductions
    ).eval()


@pytest.mark.parametrize("n_rows", [1, 3, 5])
def test_a_beat_of_128_samples_becomes_64_tokens_of_256_values(n_rows: int) -> None:
    tokens = backbone(n_rows)(torch.randn(2, n_rows, 128))
    assert tokens.shape == (2, 64, 256)
    assert backbone(n_rows).out_channels == 256


def test_widths_grow_by_the_number_of_dilations() -> None:
    network = MACNNSE(1, dilations=(1, 2, 3), se_reductions=(1, 1, 1), stem_channels=2)
    assert network.out_channels == 2 * 3**3
    assert network(torch.randn(2, 1, 32)).shape == (2, 16, 54)


def test_every_row_of_the_input_reaches_the_tokens() -> None:
    rows = torch.randn(2, 4, 128, requires_grad=True)
    backbone(4)(rows).square().sum().backward()
    assert rows.grad is not None
    assert (rows.grad.abs().sum(dim=(0, 2)) > 0).all()


def test_tokens_keep_the_order_of_time() -> None:
    late_change = torch.zeros(1, 1, 128)
    late_change[..., 126:] = 5.0
    network = backbone(1)
    for block in network.modules():  # gates depend on the whole beat, so bypass them
        if type(block).__name__ == "SqueezeExcitation":
            block.register_forward_hook(lambda _, args, output: args[0])
    change = (network(late_change) - network(torch.zeros_like(late_change))).abs().sum(dim=2)[0]
    # Samples 126 - 1 (stem) - 18 - 2 (stage 1) - 18 - 1 = 86, which is token 43; - 1 - 18 = 24.
    assert change.nonzero().flatten().tolist() == list(range(24, 64))


@pytest.mark.parametrize("stride", [1, 2])
def test_skip_is_average_pooling_over_the_stride(stride: int) -> None:
    block = PreActivationBlock(3, stride=stride)
    last = block.body[-1]
    assert isinstance(last, nn.Conv2d)
    assert last.bias is not None
    nn.init.zeros_(last.weight)
    nn.init.zeros_(last.bias)
    x = torch.randn(4, 3, 1, 16)
    torch.testing.assert_close(block(x), F.avg_pool2d(x, kernel_size=(1, stride)))


def test_block_adds_its_body_to_the_skip() -> None:
    block = PreActivationBlock(3, stride=2).eval()
    x = torch.randn(4, 3, 1, 16)
    torch.testing.assert_close(block(x), block.body(x) + F.avg_pool2d(x, kernel_size=(1, 2)))


@pytest.mark.parametrize("stride", [1, 2])
def test_stochastic_depth_changes_nothing_in_evaluation(stride: int) -> None:
    block = PreActivationBlock(3, stride=stride, stochastic_depth=0.5).eval()
    plain = PreActivationBlock(3, stride=stride).eval()
    plain.load_state_dict(block.state_dict())
    x = torch.randn(4, 3, 1, 16)
    assert torch.equal(block(x), plain(x))


@torch.no_grad()
def test_stochastic_depth_leaves_a_beat_as_it_is_or_scales_its_body_up() -> None:
    torch.manual_seed(0)
    block = PreActivationBlock(3, stride=1, stochastic_depth=0.2).train()
    x = torch.randn(2000, 3, 1, 16)
    after = block(x)
    dropped = (after == x).all(dim=(1, 2, 3))
    assert 0.17 < dropped.float().mean() < 0.23
    torch.testing.assert_close(after[~dropped], (x + block.body(x) / 0.8)[~dropped])


@torch.no_grad()
def test_weights_start_as_in_daeac() -> None:
    network = backbone(3)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            bound = (6 / module.weight[0].numel()) ** 0.5  # Kaiming, uniform, for ReLU
            assert 0.7 * bound < module.weight.abs().max() <= bound
    norm = network.stage2[2].body[0]
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.weight.mean() == pytest.approx(1.0, abs=0.01)
    assert norm.weight.std() == pytest.approx(0.01, rel=0.5)
    linear = network.stage3[3].gates[0]
    assert linear.weight.std() == pytest.approx((2 / (256 + 16)) ** 0.5, rel=0.1)  # Xavier, normal
