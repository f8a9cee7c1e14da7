"""wav2vec 2.0 as an ECG encoder: the published sizes, receptive fields and masking."""

import dataclasses

import pytest
import torch

from ecgfuse.models.wav2vec import Wav2VecEncoder, Wav2VecSize, wav2vec_size

SMALL = Wav2VecSize(
    n_leads=3,
    conv_width=8,
    n_convs=2,
    width=16,
    depth=1,
    n_heads=4,
    ffn_width=32,
    position_kernel=4,
    position_groups=4,
    dropout=0.0,
    attention_dropout=0.0,
)


def encoder(**changes: int) -> Wav2VecEncoder:
    torch.manual_seed(0)
    return Wav2VecEncoder(dataclasses.replace(SMALL, **changes)).eval()


@pytest.mark.parametrize(("n_samples", "n_tokens"), [(2500, 156), (2501, 156), (16, 1)])
def test_four_convolutions_make_one_token_per_16_samples(n_samples: int, n_tokens: int) -> None:
    network = encoder(n_convs=4, position_kernel=2)
    assert network(torch.randn(2, 3, n_samples)).shape == (2, n_tokens, 16)


def test_a_token_depends_on_its_own_samples_and_the_scale_of_the_window() -> None:
    features = encoder().features
    features.layers[1] = torch.nn.Identity()  # the norm over the window
    signal = torch.randn(1, 3, 40)
    changed = signal.clone()
    changed[:, :, 8:12] += 1
    differs = (features(changed) != features(signal)).any(dim=2)[0]
    assert differs.nonzero().flatten().tolist() == [2]


def test_features_do_not_depend_on_the_scale_of_the_window() -> None:
    features, signal = encoder().features, torch.randn(2, 3, 40)
    torch.testing.assert_close(features(signal), features(7 * signal), atol=1e-3, rtol=1e-3)


def test_masked_features_have_no_influence() -> None:
    network = encoder()
    features = torch.randn(2, 10, 8, requires_grad=True)
    mask = torch.zeros(2, 10, dtype=torch.bool)
    mask[:, 3:7] = True
    network.contextualise(features, mask=mask)[:, :, 0].sum().backward()
    assert features.grad is not None
    used = features.grad.abs().amax(dim=2) > 0
    assert torch.equal(used, ~mask)


def test_masked_tokens_differ_only_by_their_positions() -> None:
    network = encoder()
    everything = torch.ones(1, 10, dtype=torch.bool)
    one, other = (network.contextualise(torch.randn(1, 10, 8), mask=everything) for _ in range(2))
    assert torch.equal(one, other)
    assert not torch.allclose(one[:, 0], one[:, -1], atol=1e-4)


def test_the_published_network_has_its_published_parameters() -> None:
    with torch.device("meta"):
        network = Wav2VecEncoder(wav2vec_size("paper", n_leads=12, n_convs=4))
    convolutions = 12 * 256 * 2 + 3 * 256 * 256 * 2 + 2 * 256
    project = 2 * 256 + 256 * 768 + 768
    positions = 768 * 48 * 128 + 128 + 768
    block = 4 * (768 * 769) + 768 * 3072 + 3072 + 3072 * 768 + 768 + 4 * 768
    by_hand = convolutions + project + 768 + positions + 2 * 768 + 12 * block
    assert sum(parameter.numel() for parameter in network.parameters()) == by_hand
