"""Every network uses its inputs, ignores the others, and differs only in where RR joins."""

import dataclasses

import pytest
import torch
from small_networks import (
    BLOCK,
    BLOCKS_WITHOUT_ATTENTION,
    LENGTH,
    MODEL,
    N_ROWS,
    PUBLISHED,
    block_with,
    heartbeat_net,
    network_of,
    random_inputs,
    read_by,
    spec_of,
)
from torch import Tensor
from torch.nn import functional as F

from ecgfuse.datasets.fusions import NETWORKS, Fusion
from ecgfuse.datasets.inputs import Inputs
from ecgfuse.models.config import Block, FusionConfig
from ecgfuse.models.heartbeat import HeartbeatNet
from ecgfuse.models.store import Network

WITH_WAVEFORM: list[Fusion] = ["waveform", "early", "late", "hybrid"]
WITH_RR_ROWS: list[Fusion] = ["early", "hybrid"]
WITH_RR_BLOCK: list[Fusion] = ["late", "hybrid"]
POOLED = block_with(key_value="pooled")
ALL_DROPPED = dataclasses.replace(MODEL, waveform_dropout=0.999999)
READ: dict[Fusion, set[str]] = {
    "waveform": {"ecg", "morphology"},
    "rr": {"rr"},
    "early": {"ecg", "rr", "morphology"},
    "late": {"ecg", "rr", "morphology"},
    "hybrid": {"ecg", "rr", "morphology"},
}
"""Network -> the inputs that its logits depend on."""


def gradients(network: Network) -> Inputs:
    """Gradient of the logits of six beats to every input; zeros where there is none."""
    inputs = Inputs(*(part.requires_grad_() for part in random_inputs(6)))
    parts = torch.autograd.grad(
        network(inputs).square().sum(), inputs, allow_unused=True, materialize_grads=True
    )
    return Inputs(*parts)


def used(network: Network) -> set[str]:
    """Inputs of which every value of a beat has a gradient in some beat."""
    by_input = gradients(network)._asdict()
    return {name for name, part in by_input.items() if (part.abs().sum(dim=0) > 0).all()}


def ignored(network: Network) -> set[str]:
    """Inputs without any gradient."""
    return {name for name, part in gradients(network)._asdict().items() if not part.any()}


def rows_seen(network: HeartbeatNet, inputs: Inputs) -> Tensor:
    """Rows that the backbone gets."""
    seen: list[Tensor] = []
    network.backbone.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    network(inputs)
    (rows,) = seen
    return rows


@pytest.mark.parametrize("fusion", NETWORKS)
def test_logits_have_a_gradient_to_every_value_a_network_reads_and_to_no_other(
    fusion: Fusion,
) -> None:
    network = network_of(fusion)
    assert used(network) == READ[fusion]
    assert ignored(network) == set(Inputs._fields) - READ[fusion]


@pytest.mark.parametrize("fusion", NETWORKS)
def test_inputs_that_a_network_does_not_read_may_be_empty(fusion: Fusion) -> None:
    network, inputs = network_of(fusion), random_inputs(5)
    logits = network(inputs)
    assert logits.shape == (5, 4)
    assert torch.equal(network(read_by(fusion, inputs)), logits)


@pytest.mark.parametrize("fusion", WITH_WAVEFORM)
def test_morphology_is_learned_from_beats_whose_waveform_is_dropped(fusion: Fusion) -> None:
    network = network_of(fusion, model=ALL_DROPPED).train()
    assert "morphology" in used(network)
    assert "ecg" in ignored(network)


@pytest.mark.parametrize(("fusion", "learns"), [("early", False), ("late", True), ("hybrid", True)])
def test_rr_is_learned_without_the_waveform_in_the_block_but_not_as_rows(
    fusion: Fusion, learns: bool
) -> None:
    # The RR rows of early fusion pass through the backbone, whose tokens are dropped as a whole.
    network = network_of(fusion, model=ALL_DROPPED).train()
    assert "rr" in (used(network) if learns else ignored(network))


@pytest.mark.parametrize("fusion", WITH_RR_ROWS)
def test_standardised_rr_features_are_constant_rows_after_those_of_the_ecg(fusion: Fusion) -> None:
    network, inputs = heartbeat_net(fusion), random_inputs(20)
    inputs = inputs._replace(rr=100 * inputs.rr + 7)
    network.fit_scalers(inputs)
    rows = rows_seen(network, inputs)
    assert rows.shape == (20, N_ROWS + 7, LENGTH)
    assert torch.equal(rows[:, :N_ROWS], inputs.ecg)
    standardised = (inputs.rr - inputs.rr.mean(dim=0)) / inputs.rr.std(dim=0)
    expected = standardised[:, :, None].expand(-1, -1, LENGTH)
    torch.testing.assert_close(rows[:, N_ROWS:], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("fusion", ["waveform", "late"])
def test_without_rr_rows_the_backbone_gets_the_ecg_alone(fusion: Fusion) -> None:
    inputs = random_inputs(3)
    assert torch.equal(rows_seen(heartbeat_net(fusion), inputs), inputs.ecg)


@pytest.mark.parametrize(("fusion", "n_places"), [("early", 1), ("late", 1), ("hybrid", 2)])
def test_a_fusion_has_the_weights_of_the_waveform_wider_by_rr_where_rr_joins(
    fusion: Fusion, n_places: int
) -> None:
    fused = dict(spec_of(fusion).build().named_parameters())
    alone = dict(spec_of("waveform").build().named_parameters())
    assert set(fused) == set(alone)
    widened = [
        sum(fused[name].shape) - sum(weight.shape)
        for name, weight in alone.items()
        if fused[name].shape != weight.shape
    ]
    assert widened == [7] * n_places


@pytest.mark.parametrize("fusion", NETWORKS)
def test_features_are_standardised_by_the_beats_that_the_scalers_are_fitted_to(
    fusion: Fusion,
) -> None:
    network, inputs = network_of(fusion), random_inputs(20)
    other = inputs._replace(rr=100 * inputs.rr + 7, morphology=0.01 * inputs.morphology - 3)
    raw = network(inputs)
    network.fit_scalers(read_by(fusion, inputs))
    fitted = network(inputs)
    network.fit_scalers(read_by(fusion, other))
    torch.testing.assert_close(network(other), fitted, rtol=1e-3, atol=1e-4)
    assert not torch.equal(raw, fitted)


def test_early_network_without_morphology_has_the_published_number_of_parameters() -> None:
    network = spec_of("early", model=PUBLISHED, n_signal_rows=1, length=128, n_morphology=0).build()
    # DAEAC has 90,596, of which 40 belong to a head that it never uses. It has two RR rows; each
    # of our five more adds one weight to each of the four channels of the stem, per tap.
    assert isinstance(network, HeartbeatNet)
    per_row = network.backbone.state_dict()["stem.weight"][..., :1, :].numel()
    n_weights = sum(weight.numel() for weight in network.parameters())
    assert n_weights - 5 * per_row == 90_596 - 40


@pytest.mark.parametrize("fusion", WITH_WAVEFORM)
def test_the_block_of_the_study_has_attention_that_sums_to_1(fusion: Fusion) -> None:
    logits, attention = network_of(fusion).attend(random_inputs(5))
    assert torch.equal(logits, network_of(fusion)(random_inputs(5)))
    assert attention is not None
    assert attention.shape == (5, BLOCK.num_heads, LENGTH // 2)
    torch.testing.assert_close(attention.sum(dim=2), torch.ones(5, BLOCK.num_heads))


@pytest.mark.parametrize("block", BLOCKS_WITHOUT_ATTENTION)
def test_networks_of_rr_alone_and_of_the_other_blocks_have_no_attention(block: Block) -> None:
    for network in (network_of("rr"), network_of("hybrid", block=block_with(block=block))):
        assert network.attend(random_inputs(5))[1] is None


@pytest.mark.parametrize(("fusion", "uses_rr"), [("late", False), ("hybrid", True)])
def test_rr_has_no_influence_through_the_pooled_form_of_the_block(
    fusion: Fusion, uses_rr: bool
) -> None:
    # Hybrid fusion has RR rows beside the block.
    network = network_of(fusion, block=POOLED)
    assert "rr" in (used(network) if uses_rr else ignored(network))


@pytest.mark.parametrize("block", BLOCKS_WITHOUT_ATTENTION)
def test_logits_of_every_other_block_have_a_gradient_to_every_rr_feature(block: Block) -> None:
    assert "rr" in used(network_of("late", block=block_with(block=block)))


@pytest.mark.parametrize(("alpha", "least", "most"), [(-20.0, 0.0, 1e-6), (2.0, 1e-2, 1e2)])
def test_the_gate_scales_the_influence_of_rr(alpha: float, least: float, most: float) -> None:
    network = network_of("late", block=block_with(alpha_init=alpha))
    inputs = random_inputs(5)
    moved = network(inputs) - network(inputs._replace(rr=-inputs.rr))
    assert least <= moved.abs().max() <= most


@pytest.mark.parametrize("fusion", ["waveform", "early"])
def test_with_nothing_to_fuse_the_logits_are_those_of_the_mean_over_the_tokens(
    fusion: Fusion,
) -> None:
    network = spec_of(fusion, n_morphology=0).build().eval()
    assert isinstance(network, HeartbeatNet)
    tokens: list[Tensor] = []
    network.backbone.register_forward_hook(lambda module, args, output: tokens.append(output))
    logits, attention = network.attend(random_inputs(3)._replace(morphology=torch.zeros(3, 0)))
    torch.testing.assert_close(logits, network.classifier(tokens[0].mean(dim=1)))
    assert attention is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fusion", "block"),
    [
        *((fusion, BLOCK) for fusion in NETWORKS),
        ("late", POOLED),
        *(("late", block_with(block=block)) for block in BLOCKS_WITHOUT_ATTENTION),
    ],
)
def test_network_overfits_eight_random_beats(fusion: Fusion, block: FusionConfig) -> None:
    inputs, labels = random_inputs(8), torch.arange(8) % 4
    network = network_of(fusion, block=block).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=0.01, fused=True)
    for _ in range(120):
        optimizer.zero_grad()
        F.cross_entropy(network(inputs), labels).backward()
        optimizer.step()
    assert torch.equal(network.eval()(inputs).argmax(dim=1), labels)


def test_attention_to_cls_is_left_out() -> None:
    model = dataclasses.replace(MODEL, encoder="vit")
    _, attention = network_of("hybrid", model=model).attend(random_inputs(3))
    assert attention is not None
    assert attention.shape[2] == 16  # patches, without [CLS]
    assert (attention.sum(dim=2) < 1).all()
