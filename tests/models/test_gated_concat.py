"""The gated unit is a convex combination of ECG and RR."""

import math

import pytest
import torch
from torch import Tensor, nn

from ecgfuse.models.gated_concat import GatedConcatFusion

TOKENS = torch.tensor([[[0.5], [1.5]]])
"""One beat of two tokens with one channel, mean 1."""


def tiny_block(*, weigh: tuple[float, float]) -> GatedConcatFusion:
    """One channel, W_v = 1, W_t = 2, RR not embedded."""
    block = GatedConcatFusion(1, token_dim=1, emb_dim=1)
    block.embed = nn.Sequential(nn.Identity())
    block.ecg.weight.data = torch.tensor([[1.0]])
    block.rr.weight.data = torch.tensor([[2.0]])
    block.weigh.weight.data = torch.tensor([weigh])
    return block


def test_unit_equals_its_equation_by_hand() -> None:
    feature, attention = tiny_block(weigh=(1.0, -2.0))(TOKENS, torch.tensor([[-0.5]]))
    z = 1 / (1 + math.exp(-(1.0 * 1.0 + -2.0 * -0.5)))  # sigmoid(2) = 0.8808
    assert feature.item() == pytest.approx(z * math.tanh(1.0) + (1 - z) * math.tanh(-1.0))
    assert attention is None


@pytest.mark.parametrize(("toward", "expected"), [(50.0, math.tanh(1.0)), (-50.0, math.tanh(0.6))])
def test_a_saturated_gate_passes_only_one_side(toward: float, expected: float) -> None:
    feature, _ = tiny_block(weigh=(toward, 0.0))(TOKENS, torch.tensor([[0.3]]))
    assert feature.item() == pytest.approx(expected)


def random_block() -> tuple[GatedConcatFusion, Tensor, Tensor]:
    torch.manual_seed(0)
    return GatedConcatFusion(7, token_dim=12, emb_dim=8), torch.randn(20, 6, 12), torch.randn(20, 7)


def test_every_channel_lies_between_its_ecg_and_rr_values() -> None:
    block, tokens, rr = random_block()
    from_ecg = torch.tanh(block.ecg(tokens.mean(dim=1)))
    from_rr = torch.tanh(block.rr(block.embed(rr)))
    feature, _ = block(tokens, rr)
    assert (feature > torch.minimum(from_ecg, from_rr)).all()
    assert (feature < torch.maximum(from_ecg, from_rr)).all()


def test_gate_depends_on_ecg_and_on_rr() -> None:
    block, tokens, rr = random_block()
    gates: list[Tensor] = []
    block.weigh.register_forward_hook(lambda module, args, output: gates.append(output))
    for pair in ((tokens, rr), (-tokens, rr), (tokens, -rr)):
        block(*pair)
    assert (gates[0] != gates[1]).all()
    assert (gates[0] != gates[2]).all()
