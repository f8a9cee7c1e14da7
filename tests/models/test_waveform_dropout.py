"""Beats lose their whole waveform in training, and in training only."""

import pytest
import torch
from small_networks import attention_with, network_of, random_inputs

from ecgfuse.models.waveform_dropout import WaveformDropout


def test_a_beat_loses_all_of_its_tokens_or_none() -> None:
    torch.manual_seed(0)
    tokens = torch.rand(4000, 5, 3) + 0.1
    out = WaveformDropout(0.3)(tokens)
    lost = (out == 0).all(dim=(1, 2))
    assert torch.equal(out[~lost], tokens[~lost])
    assert lost.float().mean().item() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("p", [0.0, 0.9])
def test_nothing_is_lost_outside_training_or_without_probability(p: float) -> None:
    tokens = torch.rand(50, 5, 3)
    dropout = WaveformDropout(p).train(p == 0)
    assert torch.equal(dropout(tokens), tokens)


def test_rr_alone_decides_where_the_waveform_is_lost() -> None:
    network = network_of("hybrid", attention=attention_with(waveform_dropout=0.999999)).train()
    inputs = random_inputs(6)
    changed = inputs._replace(ecg=inputs.ecg + 1)
    assert torch.equal(network(inputs), network(changed))
    other = inputs._replace(features=inputs.features + 1)
    assert not torch.equal(network(inputs), network(other))
