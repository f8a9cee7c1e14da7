"""The network of RR alone computes what the block of the study does without a waveform."""

import torch
from small_networks import BLOCK, network_of, random_inputs

from ecgfuse.models.blocks import fusion_block
from ecgfuse.models.mhca import MHCAFusion
from ecgfuse.models.rr_net import RRNet


def test_the_feature_is_that_of_the_cross_attention_block_for_an_ecg_of_zeros() -> None:
    network, inputs = network_of("rr"), random_inputs(5)
    assert isinstance(network, RRNet)
    block = fusion_block(BLOCK, n_features=7, token_dim=3)
    assert isinstance(block, MHCAFusion)
    block.query.load_state_dict(network.query.state_dict())
    block.ffn.load_state_dict(network.ffn.state_dict())
    torch.nn.init.zeros_(block.project.bias)
    fused, _ = block.eval()(torch.zeros(5, 6, 3), inputs.rr)
    feature, _ = network.embed(inputs)
    torch.testing.assert_close(fused[:, BLOCK.emb_dim :], block.gate() * feature)


def test_features_are_clipped_at_five_standard_deviations_of_the_training_beats() -> None:
    network, inputs = network_of("rr"), random_inputs(50)
    network.fit_scalers(inputs)
    mean, sd = inputs.rr.mean(dim=0), inputs.rr.std(dim=0)
    far, further = (inputs._replace(rr=(mean + n * sd)[None]) for n in (5, 500))
    torch.testing.assert_close(network(far), network(further))
    nearer = inputs._replace(rr=(mean + 2 * sd)[None])
    assert not torch.allclose(network(nearer), network(far))
