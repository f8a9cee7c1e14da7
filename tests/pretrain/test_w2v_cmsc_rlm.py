"""W2V+CMSC+RLM: composition of its losses, masks, gradients, and learning."""

import dataclasses

import pytest
import torch
from pretrain_sizes import WAV2VEC, generator, windows

from ecgfuse.models.wav2vec import Wav2VecEncoder
from ecgfuse.pretrain import w2v_cmsc_rlm
from ecgfuse.pretrain.w2v_cmsc_rlm import W2VCMSCRLM, W2VSettings

SETTINGS = W2VSettings(
    span=2, mask_probability=0.5, n_entries=6, target_width=8, n_distractors=5, lead_masking=0.0
)
RECORDINGS = torch.arange(8)


def network(**changes: float) -> W2VCMSCRLM:
    torch.manual_seed(0)
    return W2VCMSCRLM(Wav2VecEncoder(WAV2VEC), settings=dataclasses.replace(SETTINGS, **changes))


def losses_of(net: W2VCMSCRLM, signal: torch.Tensor, seed: int = 1) -> dict[str, torch.Tensor]:
    return net.losses(signal, recordings=RECORDINGS, generator=generator(seed))


def test_the_loss_is_the_weighted_sum_of_its_parts() -> None:
    found = losses_of(network(cmsc=0.5), windows())
    expected = (
        found["local"] + 0.5 * found["global"] + 0.1 * found["diversity"] + 10 * found["penalty"]
    )
    assert found["loss"].item() == pytest.approx(expected.item())
    assert found["diversity"].item() == pytest.approx((12 - found["perplexity"].item()) / 12)


def test_the_two_halves_of_a_window_are_the_positive_pair() -> None:
    net = network().eval()
    # Without masked tokens, equal halves have equal contexts.
    net.settings = dataclasses.replace(net.settings, mask_probability=0.0, span=1)
    first = windows()[:, :, :30]
    equal = losses_of(net, torch.cat([first, first], dim=2))["global"]
    swapped = losses_of(net, torch.cat([first, first.roll(1, dims=0)], dim=2))["global"]
    assert swapped > equal + 0.1


def test_lead_masks_differ_between_segments() -> None:
    net = network(lead_masking=0.5).eval()
    seen: list[torch.Tensor] = []
    net.encoder.features.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    losses_of(net, torch.ones(8, 2, 60))
    (segments,) = seen
    assert segments.shape == (16, 2, 30)
    hidden = (segments == 0).all(dim=2)
    assert torch.equal(hidden, (segments == 0).any(dim=2))
    assert len(hidden.unique(dim=0)) > 2
    assert not torch.equal(hidden[:8], hidden[8:])


def test_only_the_gradient_of_the_convolutions_is_scaled_by_a_tenth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gradients = []
    for full in (False, True):
        if full:
            monkeypatch.setattr(w2v_cmsc_rlm, "_FEATURE_GRADIENT", 1.0)
        net = network()
        losses_of(net, windows())["loss"].backward()
        convolution = net.encoder.features.layers[0].weight.grad
        gradients.append((convolution, net.encoder.feature_norm.weight.grad))
    (slow, norm), (fast, norm_of_fast) = gradients
    assert fast.abs().max() > 0
    torch.testing.assert_close(slow, 0.1 * fast)
    torch.testing.assert_close(norm, norm_of_fast)


def test_temperature_decreases_per_step_to_its_minimum() -> None:
    net = network(cooling=0.5)
    found = []
    for _ in range(4):
        found.append(net.temperature())
        net.after_step()
    assert found == [2, 1, 0.5, 0.5]
    assert net.state_dict()["steps"] == 4


def test_number_of_leads_is_arbitrary() -> None:
    size = dataclasses.replace(WAV2VEC, n_leads=5)
    net = W2VCMSCRLM(Wav2VecEncoder(size), settings=SETTINGS)
    found = losses_of(net, torch.randn(8, 5, 60))
    assert torch.isfinite(found["loss"])


def test_equal_generators_give_equal_losses() -> None:
    net = network(lead_masking=0.5)
    assert losses_of(net, windows())["loss"] == losses_of(net, windows())["loss"]
    assert losses_of(net, windows())["loss"] != losses_of(net, windows(), seed=2)["loss"]


@pytest.mark.slow
def test_eight_windows_are_learnt() -> None:
    net = network()
    optimizer = torch.optim.Adam(net.parameters(), lr=3e-3)
    source, signal = generator(), windows()
    before = losses_of(net.eval(), signal)
    net.train()
    for _ in range(150):
        optimizer.zero_grad()
        net.losses(signal, recordings=RECORDINGS, generator=source)["loss"].backward()
        optimizer.step()
        net.after_step()
    after = losses_of(net.eval(), signal)
    assert after["global"] < 0.7 * before["global"]
    assert after["local"] < before["local"]
