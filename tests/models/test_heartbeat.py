"""Each fusion reads its inputs, can use them, and ignores the others."""

import dataclasses

import pytest
import torch
from small_networks import (
    BLOCKS_WITHOUT_ATTENTION,
    LENGTH,
    MODEL,
    N_ROWS,
    PUBLISHED,
    RR_BLOCK,
    network_of,
    random_inputs,
    rr_block_with,
    spec_of,
)
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.datasets.fusions import FUSIONS, Fusion
from ecgfuse.models.config import Block, FusionConfig
from ecgfuse.models.heartbeat import HeartbeatNet

EMPTY = torch.empty(0, 0)
WITH_RR_BLOCK: list[Fusion] = ["late", "hybrid"]
POOLED = rr_block_with(key_value="pooled")


def gradient_to_features(network: HeartbeatNet) -> Tensor:
    inputs = random_inputs(6)
    inputs.features.requires_grad_()
    network(inputs).square().sum().backward()
    assert inputs.features.grad is not None
    return inputs.features.grad


def test_early_network_has_the_published_number_of_parameters() -> None:
    network = spec_of("early", model=PUBLISHED, n_signal_rows=1, length=128).build()
    # DAEAC has 90,596, of which 40 belong to a head that it never uses.
    assert sum(weight.numel() for weight in network.parameters()) == 90_596 - 40


@pytest.mark.parametrize("fusion", FUSIONS)
def test_logits_and_attention_have_one_row_per_beat(fusion: Fusion) -> None:
    network = network_of(fusion)
    logits, attention = network.attend(random_inputs(5))
    assert logits.shape == (5, 4)
    assert torch.equal(logits, network(random_inputs(5)))
    if fusion == "early":
        assert attention is None
    else:
        assert attention is not None
        assert attention.shape == (5, RR_BLOCK.num_heads, LENGTH // 2)
        torch.testing.assert_close(attention.sum(dim=2), torch.ones(5, RR_BLOCK.num_heads))


@pytest.mark.parametrize("fusion", WITH_RR_BLOCK)
def test_logits_of_the_pooled_form_have_no_gradient_to_rr_features(fusion: Fusion) -> None:
    assert not gradient_to_features(network_of(fusion, rr_block=POOLED)).any()


@pytest.mark.parametrize("fusion", WITH_RR_BLOCK)
def test_logits_of_the_sequence_form_have_a_gradient_to_every_rr_feature(fusion: Fusion) -> None:
    assert (gradient_to_features(network_of(fusion)).abs().sum(dim=0) > 0).all()


@pytest.mark.parametrize("fusion", WITH_RR_BLOCK)
@pytest.mark.parametrize("block", BLOCKS_WITHOUT_ATTENTION)
def test_logits_of_every_other_block_have_a_gradient_to_every_rr_feature(
    block: Block, fusion: Fusion
) -> None:
    network = network_of(fusion, rr_block=rr_block_with(block=block))
    assert (gradient_to_features(network).abs().sum(dim=0) > 0).all()


@pytest.mark.parametrize("block", BLOCKS_WITHOUT_ATTENTION)
def test_every_other_block_returns_logits_and_no_attention(block: Block) -> None:
    network = network_of("hybrid", rr_block=rr_block_with(block=block))
    logits, attention = network.attend(random_inputs(5))
    assert logits.shape == (5, 4)
    assert attention is None


def test_early_fusion_does_not_read_features() -> None:
    network, inputs = network_of("early"), random_inputs(5)
    logits = network(inputs)
    assert torch.equal(logits, network(inputs._replace(features=EMPTY)))
    assert not torch.equal(logits, network(inputs._replace(ratios=inputs.ratios + 1)))


def test_late_fusion_does_not_read_ratios() -> None:
    network, inputs = network_of("late"), random_inputs(5)
    logits = network(inputs)
    assert torch.equal(logits, network(inputs._replace(ratios=EMPTY)))
    assert not torch.equal(logits, network(inputs._replace(features=inputs.features + 1)))


def test_hybrid_fusion_reads_both() -> None:
    network, inputs = network_of("hybrid"), random_inputs(5)
    logits = network(inputs)
    assert not torch.equal(logits, network(inputs._replace(ratios=inputs.ratios + 1)))
    assert not torch.equal(logits, network(inputs._replace(features=inputs.features + 1)))


def test_ratios_are_constant_rows_below_the_ecg() -> None:
    network, inputs = network_of("early"), random_inputs(3)
    seen: list[Tensor] = []
    network.backbone.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    network(inputs)
    (rows,) = seen
    assert rows.shape == (3, N_ROWS + 2, LENGTH)
    assert torch.equal(rows[:, :N_ROWS], inputs.ecg)
    for sample in (0, LENGTH - 1):
        assert torch.equal(rows[:, N_ROWS:, sample], inputs.ratios)


@pytest.mark.parametrize(("alpha", "least", "most"), [(-20.0, 0.0, 1e-6), (2.0, 1e-2, 1e2)])
def test_the_gate_scales_the_influence_of_rr(alpha: float, least: float, most: float) -> None:
    network = network_of("late", rr_block=rr_block_with(alpha_init=alpha))
    inputs = random_inputs(5)
    moved = network(inputs) - network(inputs._replace(features=-inputs.features))
    assert least <= moved.abs().max() <= most


def test_pooled_feature_of_early_fusion_is_the_mean_over_the_tokens() -> None:
    network, inputs = network_of("early"), random_inputs(3)
    tokens: list[Tensor] = []
    network.backbone.register_forward_hook(lambda module, args, output: tokens.append(output))
    logits = network(inputs)
    torch.testing.assert_close(logits, network.classifier(tokens[0].mean(dim=1)))


def test_features_are_standardised_inside_the_network() -> None:
    network, inputs = network_of("late"), random_inputs(20)
    logits = network(inputs)
    assert network.scaler is not None
    network.scaler.fit(inputs.features)
    fitted = network(inputs)
    network.scaler.fit(100 * inputs.features + 7)
    torch.testing.assert_close(
        network(inputs._replace(features=100 * inputs.features + 7)), fitted, rtol=1e-4, atol=1e-5
    )
    assert not torch.equal(logits, fitted)


def test_fusion_without_the_parameters_of_its_block_is_refused() -> None:
    with pytest.raises(ValueError, match="late fusion needs the parameters of the group 'fusion'"):
        HeartbeatNet(
            "late",
            n_signal_rows=1,
            length=LENGTH,
            n_features=7,
            model=MODEL,
            size="small",
            rr_block=None,
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fusion", "rr_block"),
    [
        ("early", RR_BLOCK),
        ("late", RR_BLOCK),
        ("hybrid", RR_BLOCK),
        ("late", POOLED),
        *(("late", rr_block_with(block=block)) for block in BLOCKS_WITHOUT_ATTENTION),
    ],
)
def test_network_overfits_eight_random_beats(fusion: Fusion, rr_block: FusionConfig) -> None:
    inputs, labels = random_inputs(8), torch.arange(8) % 4
    network = network_of(fusion, rr_block=rr_block).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01, fused=True)
    for _ in range(120):
        optimizer.zero_grad()
        F.cross_entropy(network(inputs), labels).backward()
        optimizer.step()
    assert torch.equal(network.eval()(inputs).argmax(dim=1), labels)


def test_attention_to_cls_is_left_out() -> None:
    torch.manual_seed(0)
    model = dataclasses.replace(MODEL, encoder="vit")
    network = spec_of("hybrid", model=model).build().eval()
    _, attention = network.attend(random_inputs(3))
    assert attention is not None
    assert attention.shape[2] == 16  # patches, without [CLS]
    assert (attention.sum(dim=2) < 1).all()
