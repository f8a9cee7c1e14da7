"""The encoder of both masked autoencoders: published size, positions, and receptive fields."""

import dataclasses

import pytest
import torch

from ecgfuse.models.layers import sinusoidal_positions
from ecgfuse.models.vit import SelfAttention, ViTEncoder, ViTSize

SMALL = ViTSize(n_leads=2, n_patches=6, patch=5, width=16, depth=2, n_heads=4, mlp_ratio=2)


def encoder(size: ViTSize = SMALL) -> ViTEncoder:
    torch.manual_seed(0)
    return ViTEncoder(size).eval()


def test_the_published_encoder_has_145_positions_of_512_and_144_patches_of_25_samples() -> None:
    size = ViTSize(n_leads=12, n_patches=144, patch=25, width=512, depth=6, n_heads=16, mlp_ratio=2)
    with torch.device("meta"):
        published = ViTEncoder(size)
    assert published.positions.shape == (1, 145, 512)
    assert published.cls.shape == (1, 1, 512)
    assert size.n_patches * size.patch == 3600
    per_block = 4 * 512 * 513 + 2 * 2 * 512 + 512 * 1025 + 1024 * 513
    by_hand = (12 * 25 + 1) * 512 + 146 * 512 + 6 * per_block + 2 * 512
    assert sum(parameter.numel() for parameter in published.parameters()) == by_hand


def test_a_signal_becomes_cls_and_one_token_per_patch() -> None:
    assert encoder()(torch.randn(3, 2, 30)).shape == (3, 7, 16)


def test_a_patch_is_embedded_from_its_own_samples_only() -> None:
    network, signal = encoder(), torch.randn(1, 2, 30)
    changed = signal.clone()
    changed[:, :, 10:15] += 1
    differs = (network.embed(changed) != network.embed(signal)).any(dim=2)[0]
    assert differs.tolist() == [False, False, True, False, False, False]


def test_cls_depends_on_every_encoded_patch_and_on_no_other() -> None:
    network = encoder()
    signal = torch.randn(1, 2, 30, requires_grad=True)
    seen = network.embed(signal)[:, [0, 3, 5]]
    network.encode(seen)[0, 0, 0].backward()
    assert signal.grad is not None
    by_patch = signal.grad.view(2, 6, 5).abs().amax(dim=(0, 2))
    assert (by_patch > 0).tolist() == [True, False, False, True, False, True]


def test_positions_are_learned_and_start_as_sinusoids() -> None:
    network = encoder()
    torch.testing.assert_close(network.positions.data[0], sinusoidal_positions(7, dim=16))
    network(torch.randn(1, 2, 30)).square().sum().backward()
    assert network.positions.grad is not None
    assert (network.positions.grad != 0).any()


def test_the_order_of_patches_matters_only_through_their_positions() -> None:
    network, signal = encoder(), torch.randn(1, 2, 30)
    turned = signal.view(1, 2, 6, 5).flip(2).reshape(1, 2, 30)
    with torch.no_grad():
        assert not torch.allclose(network(signal)[:, 0], network(turned)[:, 0], atol=1e-4)
        network.positions.zero_()
        torch.testing.assert_close(network(signal)[:, 0], network(turned)[:, 0])


def test_attention_equals_that_of_torch() -> None:
    torch.manual_seed(0)
    own, theirs = SelfAttention(16, n_heads=4), torch.nn.MultiheadAttention(16, 4, batch_first=True)
    assert theirs.in_proj_weight is not None
    with torch.no_grad():
        theirs.in_proj_weight.copy_(own.qkv.weight)
        theirs.in_proj_bias.copy_(own.qkv.bias)
        theirs.out_proj.load_state_dict(own.out.state_dict())
        x = torch.randn(2, 5, 16)
        torch.testing.assert_close(own(x), theirs(x, x, x)[0])


def test_heads_that_do_not_divide_the_width_are_refused() -> None:
    with pytest.raises(ValueError, match="n_heads is 5, but must divide the width, 16"):
        ViTEncoder(dataclasses.replace(SMALL, n_heads=5))
