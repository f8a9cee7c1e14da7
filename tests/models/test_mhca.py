"""RR queries the ECG: verified by gradients, and against the equations written out."""

import math
from typing import Literal

import pytest
import torch
from torch import Tensor

from ecgfuse.models.layers import sinusoidal_positions
from ecgfuse.models.mhca import MHCAFusion

KeyValue = Literal["sequence", "pooled"]
N_RR, TOKEN_DIM, EMB_DIM, N_TOKENS = 7, 12, 8, 6


def fusion_block(key_value: KeyValue, *, num_heads: int = 2, alpha: float = 0.0) -> MHCAFusion:
    torch.manual_seed(0)
    return MHCAFusion(
        N_RR,
        token_dim=TOKEN_DIM,
        emb_dim=EMB_DIM,
        num_heads=num_heads,
        alpha_init=alpha,
        key_value=key_value,
        ffn_dim=16,
    )


def tokens_and_rr(n_beats: int = 5) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randn(n_beats, N_TOKENS, TOKEN_DIM, generator=generator)
    return tokens, torch.randn(n_beats, N_RR, generator=generator)


def gradients(block: MHCAFusion) -> tuple[Tensor, Tensor]:
    """Gradients of the fused feature to RR and to the stacked query, key and value projections."""
    tokens, rr = tokens_and_rr()
    rr.requires_grad_()
    block(tokens, rr)[0].square().sum().backward()
    projections = block.attention.in_proj_weight.grad
    assert rr.grad is not None
    assert projections is not None
    return rr.grad, projections.view(3, EMB_DIM, EMB_DIM)


def test_pooled_form_has_no_gradient_to_rr_query_and_key() -> None:
    block = fusion_block("pooled")
    to_rr, (to_query, to_key, to_value) = gradients(block)
    assert not to_rr.any()
    assert not to_query.any()
    assert not to_key.any()
    assert to_value.any()
    for weight in block.query.parameters():
        assert weight.grad is not None
        assert not weight.grad.any()


def test_sequence_form_has_a_gradient_to_rr_query_key_and_value() -> None:
    block = fusion_block("sequence")
    to_rr, projections = gradients(block)
    assert (to_rr.abs().sum(dim=0) > 0).all()
    assert (projections.abs().sum(dim=(1, 2)) > 0).all()
    for weight in block.query.parameters():
        assert weight.grad is not None
        assert weight.grad.any()


def test_pooled_form_does_not_depend_on_rr() -> None:
    tokens, rr = tokens_and_rr()
    block = fusion_block("pooled")
    assert torch.equal(block(tokens, rr)[0], block(tokens, 10 * rr + 3)[0])


def test_attention_of_the_sequence_form_sums_to_1_over_the_tokens() -> None:
    _, weights = fusion_block("sequence")(*tokens_and_rr())
    assert weights.shape == (5, 2, N_TOKENS)
    assert (weights > 0).all()
    torch.testing.assert_close(weights.sum(dim=2), torch.ones(5, 2))
    assert weights.std(dim=2).min() > 1e-4  # not uniform


def test_attention_of_the_pooled_form_is_all_1() -> None:
    _, weights = fusion_block("pooled")(*tokens_and_rr())
    assert torch.equal(weights, torch.ones(5, 2, 1))


def test_attention_depends_on_rr_in_the_sequence_form() -> None:
    tokens, rr = tokens_and_rr()
    block = fusion_block("sequence")
    assert (block(tokens, rr)[1] - block(tokens, -rr)[1]).abs().max() > 1e-3


def test_order_of_the_tokens_matters_in_the_sequence_form() -> None:
    tokens, rr = tokens_and_rr()
    block = fusion_block("sequence")
    fused, shuffled = block(tokens, rr)[0], block(tokens.flip(1), rr)[0]
    torch.testing.assert_close(fused[:, :EMB_DIM], shuffled[:, :EMB_DIM])  # the pooled ECG
    assert (fused[:, EMB_DIM:] - shuffled[:, EMB_DIM:]).abs().max() > 1e-3


def test_order_of_the_tokens_does_not_matter_in_the_pooled_form() -> None:
    tokens, rr = tokens_and_rr()
    block = fusion_block("pooled")
    torch.testing.assert_close(block(tokens, rr)[0], block(tokens.flip(1), rr)[0])


@pytest.mark.parametrize("num_heads", [1, 2])
@pytest.mark.parametrize("key_value", ["sequence", "pooled"])
def test_block_equals_its_equations_written_out(key_value: KeyValue, num_heads: int) -> None:
    block = fusion_block(key_value, num_heads=num_heads, alpha=-1.0)
    tokens, rr = tokens_and_rr(1)
    ecg = block.project(tokens)[0]  # (T, E)
    pooled = ecg.mean(dim=0)
    query = block.query(rr)[0]
    keys = values = pooled[None]
    if key_value == "sequence":
        keys, values = ecg + sinusoidal_positions(N_TOKENS, dim=EMB_DIM), ecg
    in_weights = block.attention.in_proj_weight.chunk(3)
    in_biases = block.attention.in_proj_bias.chunk(3)
    q, k, v = (
        part @ weight.T + bias
        for part, weight, bias in zip((query, keys, values), in_weights, in_biases, strict=True)
    )
    width = EMB_DIM // num_heads
    heads, looks = [], []
    for head in range(num_heads):
        mine = slice(head * width, (head + 1) * width)
        looks.append(torch.softmax(k[:, mine] @ q[mine] / math.sqrt(width), dim=0))
        heads.append(looks[-1] @ v[:, mine])
    answer = block.attention.out_proj(torch.cat(heads))
    if key_value == "sequence":
        answer = answer + query
    answer = answer + block.ffn(answer)
    expected = torch.cat([pooled, torch.sigmoid(block.alpha) * answer])
    fused, weights = block(tokens, rr)
    torch.testing.assert_close(fused[0], expected)
    torch.testing.assert_close(weights[0], torch.stack(looks))


@pytest.mark.parametrize(("alpha", "share"), [(-2.0, 0.1192), (0.0, 0.5), (2.0, 0.8808)])
def test_gate_of_every_channel_starts_at_sigmoid_of_alpha(alpha: float, share: float) -> None:
    block = fusion_block("sequence", alpha=alpha)
    assert block.gate().shape == (EMB_DIM,)
    torch.testing.assert_close(block.gate(), torch.full((EMB_DIM,), share), rtol=0, atol=1e-4)


def test_gate_scales_the_attended_part_and_not_the_pooled_ecg() -> None:
    tokens, rr = tokens_and_rr()
    block = fusion_block("sequence", alpha=0.0)
    half, _ = block(tokens, rr)
    block.alpha.data.fill_(-100.0)
    closed, _ = block(tokens, rr)
    assert not closed[:, EMB_DIM:].any()
    assert half[:, EMB_DIM:].any()
    torch.testing.assert_close(half[:, :EMB_DIM], closed[:, :EMB_DIM])


def test_gate_learns() -> None:
    block = fusion_block("sequence")
    gradients(block)
    assert block.alpha.grad is not None
    assert (block.alpha.grad != 0).all()


def test_dropout_acts_in_training_alone() -> None:
    block = MHCAFusion(
        N_RR,
        token_dim=TOKEN_DIM,
        emb_dim=EMB_DIM,
        num_heads=1,
        alpha_init=0.0,
        key_value="sequence",
        dropout=0.5,
    )
    tokens, rr = tokens_and_rr()
    assert not torch.equal(block(tokens, rr)[0], block(tokens, rr)[0])
    block.eval()
    assert torch.equal(block(tokens, rr)[0], block(tokens, rr)[0])
