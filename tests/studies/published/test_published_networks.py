"""The networks have the published sizes; RR reaches the logits where it does, and not in MHCA."""

import pytest
import torch
from torch import Tensor, nn

from ecgfuse.studies.published.fusion import PooledAttention, ProjectedConcat
from ecgfuse.studies.published.macnn import MacnnFusion, PublishedMacnn
from ecgfuse.studies.published.resunet import (
    N_TOKENS,
    WIDTH,
    PublishedResunet,
    ResunetFusion,
    UBlock,
)
from ecgfuse.studies.published.rows import ROWS

ROUNDING = 1e-7
"""Gradients below this are rounding errors of fp32."""


@pytest.fixture(autouse=True)
def same_weights() -> None:
    torch.manual_seed(0)


def n_parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def rr_gradient(network: nn.Module, *, n_rows: int) -> Tensor:
    """Gradient of the logits with respect to the RR features."""
    torch.manual_seed(0)
    rr = torch.rand(4, 7, requires_grad=True)
    network.eval()
    network(torch.randn(4, n_rows, 128), rr).square().sum().backward()
    return torch.zeros(4, 7) if rr.grad is None else rr.grad


def test_the_baseline_has_the_90556_parameters_of_daeac_without_its_unused_head() -> None:
    assert n_parameters(PublishedMacnn(3, n_rr=7, fusion="none")) == 90_596 - 40


def test_sizes_of_concat() -> None:
    backbone = 90_556 - 257 * 4
    mlp = 65 * 128 + 2 * 128 + 129 * 64
    network = PublishedMacnn(3, n_rr=7, fusion="concat")
    assert n_parameters(network) == backbone + 257 * 64 + mlp + 72 * 4


def test_sizes_of_the_attention_in_code_and_text() -> None:
    embed, attention, norms = 8 * 64 + 2 * 64, 4 * 65 * 64, 4 * 64
    code = PooledAttention(7, ffn_dim=128, gated=False)
    assert n_parameters(code) == embed + attention + norms + 65 * 128 + 129 * 64
    text = PooledAttention(7, ffn_dim=256, gated=True)
    assert n_parameters(text) == embed + attention + norms + 65 * 256 + 257 * 64 + 64


def test_gates_start_at_12_percent() -> None:
    gate = ProjectedConcat(7).alpha.sigmoid()
    assert gate.item() == pytest.approx(0.12, abs=0.005)


@pytest.mark.parametrize("fusion", ["mhca", "mhca_text"])
def test_rr_has_no_influence_in_pooled_mhca(fusion: MacnnFusion) -> None:
    network = PublishedMacnn(1, n_rr=7, fusion=fusion)
    assert rr_gradient(network, n_rows=1).abs().max() < ROUNDING
    ecg = torch.randn(4, 1, 128)
    torch.testing.assert_close(network(ecg, torch.rand(4, 7)), network(ecg, torch.rand(4, 7)))


@pytest.mark.parametrize("fusion", ["concat", "concat_proj"])
def test_rr_has_influence_in_the_two_concatenations(fusion: MacnnFusion) -> None:
    gradient = rr_gradient(PublishedMacnn(1, n_rr=7, fusion=fusion), n_rows=1)
    assert (gradient.abs().amax(dim=0) > 1e3 * ROUNDING).all()


@pytest.mark.parametrize("fusion", ["concat", "attention"])
@pytest.mark.parametrize("transformer", [False, True])
def test_rr_has_influence_in_the_resunet(fusion: ResunetFusion, transformer: bool) -> None:
    network = PublishedResunet(n_rr=7, fusion=fusion, transformer=transformer)
    assert (rr_gradient(network, n_rows=1).abs().amax(dim=0) > 1e2 * ROUNDING).all()


def test_rr_decides_what_the_cross_attention_of_the_resunet_attends_to() -> None:
    network = PublishedResunet(n_rr=7, fusion="attention", transformer=False).eval()
    network(torch.randn(4, 1, 128), torch.rand(4, 7)).square().sum().backward()
    assert network.attention is not None
    weight = network.attention.attention.in_proj_weight.grad  # (3 * 180, 180): query, key, value
    assert weight is not None
    assert weight[: 2 * WIDTH].abs().max() > 1e3 * ROUNDING


def test_resunet_turns_128_samples_into_16_tokens_of_180() -> None:
    network = PublishedResunet(n_rr=7, fusion="none", transformer=False).eval()
    channels = network.blocks(network.stem(torch.randn(2, 1, 1, 128)))
    assert channels.shape == (2, WIDTH, 1, N_TOKENS)


@pytest.mark.parametrize("depth", [3, 4])
def test_a_u_block_halves_the_length(depth: int) -> None:
    block = UBlock(depth).eval()
    assert block(torch.randn(2, WIDTH, 1, 64)).shape == (2, WIDTH, 1, 32)
    down, up, inner = 9 * 180 * 30 + 60, 9 * 60 * 180 + 360, 9 * 30 * 30 + 60
    expected = 9 * 180 * 180 + 360 + down + up + 180 * 180
    expected += (depth - 1) * (inner + 9 * 60 * 30 + 60) + inner
    assert n_parameters(block) == expected


@pytest.mark.parametrize("name", ROWS)
def test_every_row_builds_a_network_of_its_input(name: str) -> None:
    row = ROWS[name]
    n_rows = 1 if row.option == "opt1" else 3
    assert row.build().eval()(torch.randn(2, n_rows, 128), torch.rand(2, 7)).shape == (2, 4)
