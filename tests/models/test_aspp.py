"""Atrous pyramid and squeeze-and-excitation equal their equations."""

import pytest
import torch
from torch import Tensor, nn

from ecgfuse.models.aspp import ASPP, SqueezeExcitation


class NaiveASPP(nn.Module):
    """The pyramid as in DAEAC, one batch norm per branch, with the weights of another pyramid."""

    def __init__(self, other: ASPP) -> None:
        super().__init__()
        self.branches = other.branches
        channels = other.norm.num_features // len(other.branches)
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in other.branches)
        for index, norm in enumerate(self.norms):
            mine = slice(index * channels, (index + 1) * channels)
            norm.weight.data.copy_(other.norm.weight.data[mine])
            norm.bias.data.copy_(other.norm.bias.data[mine])

    def forward(self, x: Tensor) -> Tensor:
        pairs = zip(self.branches, self.norms, strict=True)
        return torch.cat([torch.relu(norm(branch(x))) for branch, norm in pairs], dim=1)


def pyramid(*, in_channels: int = 3, dilations: tuple[int, ...] = (1, 2, 5)) -> ASPP:
    torch.manual_seed(0)
    aspp = ASPP(in_channels, dilations=dilations)
    nn.init.normal_(aspp.norm.weight)
    nn.init.normal_(aspp.norm.bias)
    return aspp


@pytest.mark.parametrize("dilation", [1, 6, 12, 18])
def test_impulse_response_of_a_branch_is_at_the_dilation_before_and_after_it(
    dilation: int,
) -> None:
    (branch,) = ASPP(1, dilations=[dilation]).branches
    assert isinstance(branch, nn.Conv2d)
    assert branch.bias is not None
    nn.init.zeros_(branch.bias)
    impulse = torch.zeros(1, 1, 1, 81)
    impulse[..., 40] = 1.0
    answer = branch(impulse)[0, 0, 0]
    assert answer.shape == (81,)
    assert answer.nonzero().flatten().tolist() == [40 - dilation, 40, 40 + dilation]
    assert torch.equal(answer[[40 + dilation, 40, 40 - dilation]], branch.weight[0, 0, 0])


def test_one_norm_over_all_branches_equals_one_norm_per_branch() -> None:
    aspp = pyramid()
    naive = NaiveASPP(aspp)
    for step in range(3):  # in training mode, with the statistics of the batch
        x = torch.randn(4, 3, 1, 20, generator=torch.Generator().manual_seed(step))
        torch.testing.assert_close(aspp(x), naive(x))
    x = torch.randn(4, 3, 1, 20)
    torch.testing.assert_close(aspp.eval()(x), naive.eval()(x))  # with the running ones


def test_channels_are_in_the_order_of_the_dilations() -> None:
    aspp = pyramid().eval()
    x = torch.randn(2, 3, 1, 20)
    for index, branch in enumerate(aspp.branches):
        mine = slice(3 * index, 3 * index + 3)
        scale = aspp.norm.weight[mine] / (1 + aspp.norm.eps) ** 0.5  # running mean 0, variance 1
        expected = branch(x) * scale[:, None, None] + aspp.norm.bias[mine][:, None, None]
        torch.testing.assert_close(aspp(x)[:, mine], expected.relu())


def test_gates_lie_between_0_and_1_and_scale_their_channel() -> None:
    torch.manual_seed(0)
    excite = SqueezeExcitation(8, reduction=2)
    x = torch.randn(5, 8, 1, 12)
    gates = excite(x) / x  # (B, C, 1, L)
    assert ((gates > 0) & (gates < 1)).all()
    torch.testing.assert_close(gates, gates[..., :1].expand_as(gates))  # one gate per channel
    assert gates[..., 0].std() > 1e-3


def test_gates_depend_only_on_the_mean_over_time() -> None:
    torch.manual_seed(0)
    excite = SqueezeExcitation(8, reduction=4)
    x = torch.randn(5, 8, 1, 12)
    order = torch.randperm(12)
    torch.testing.assert_close(excite(x[..., order]), excite(x)[..., order])


def test_squeeze_and_excitation_has_no_bias() -> None:
    shapes = [tuple(weight.shape) for weight in SqueezeExcitation(8, reduction=4).parameters()]
    assert shapes == [(2, 8), (8, 2)]


def test_reduction_that_does_not_divide_the_channels_is_refused() -> None:
    with pytest.raises(ValueError, match=r"model\.se_reductions: 3 does not divide the 8 channels"):
        SqueezeExcitation(8, reduction=3)


def test_activation_is_relu_or_tanh() -> None:
    torch.manual_seed(0)
    relu = pyramid().eval()
    tanh = ASPP(3, dilations=(1, 2, 5), activation="tanh").eval()
    tanh.load_state_dict(relu.state_dict())
    x = torch.randn(2, 3, 1, 20)
    branches = torch.cat([branch(x) for branch in relu.branches], dim=1)
    torch.testing.assert_close(relu(x), relu.norm(branches).relu())
    torch.testing.assert_close(tanh(x), tanh.norm(branches).tanh())
