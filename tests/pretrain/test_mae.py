"""The masked autoencoder reads visible patches, and its error is that of the masked ones."""

import dataclasses

import pytest
import torch
from pretrain_sizes import DECODER, SHAPE, VIT, generator, windows

from ecgfuse.models.macnn import MACNNSE
from ecgfuse.models.vit import ViTEncoder
from ecgfuse.pretrain.mae import MAEDecoder, cut_patches, guess_patches, mae_losses, masked_mse
from ecgfuse.pretrain.masking import mask_patches


def networks() -> tuple[ViTEncoder, MAEDecoder]:
    torch.manual_seed(0)
    return ViTEncoder(VIT), MAEDecoder(DECODER, in_width=VIT.width, shape=SHAPE)


def guess(signal: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    encoder, decoder = networks()
    return guess_patches(encoder, decoder, signal, mask=mask)


def test_patches_are_stretches_of_all_leads() -> None:
    signal = torch.arange(24.0).view(1, 2, 12)
    patches = cut_patches(signal, patch=4)
    assert patches.tolist() == [
        [
            [0, 1, 2, 3, 12, 13, 14, 15],
            [4, 5, 6, 7, 16, 17, 18, 19],
            [8, 9, 10, 11, 20, 21, 22, 23],
        ]
    ]


def test_error_is_the_mean_over_masked_patches_only() -> None:
    patches = torch.zeros(1, 3, 2)
    wrong = torch.tensor([[[9.0, 9.0], [1.0, 2.0], [9.0, 9.0]]])
    mask = torch.tensor([[False, True, False]])
    assert masked_mse(wrong, patches, mask) == pytest.approx((1 + 4) / 2)


def test_reconstruction_of_visible_patches_has_no_gradient() -> None:
    mask = mask_patches(4, 12, ratio=0.75, generator=generator())
    of_all = torch.zeros(4, 12, 10, requires_grad=True)
    masked_mse(of_all, torch.ones(4, 12, 10), mask).backward()
    assert of_all.grad is not None
    assert torch.equal(of_all.grad.abs().amax(dim=2) > 0, mask)


def test_masked_samples_do_not_affect_the_reconstruction() -> None:
    signal, mask = windows(4), mask_patches(4, 12, ratio=0.75, generator=generator())
    hidden = mask[:, None].repeat_interleave(5, dim=2)
    torch.testing.assert_close(
        guess(signal, mask), guess(signal.masked_fill(hidden, 1e3), mask), rtol=0, atol=0
    )


def test_masked_samples_do_not_affect_the_reconstruction_of_a_convolutional_network() -> None:
    torch.manual_seed(0)
    encoder = MACNNSE(2, dilations=(1, 2), se_reductions=(1, 1, 1)).eval()
    shape = dataclasses.replace(SHAPE, n_patches=4, patch=16)
    decoder = MAEDecoder(DECODER, in_width=encoder.out_channels, shape=shape)
    signal = windows(4, n_samples=64)
    mask = mask_patches(4, 4, ratio=0.5, generator=generator())
    hidden = mask[:, None].repeat_interleave(16, dim=2)
    guesses = guess_patches(encoder, decoder, signal, mask=mask)
    assert guesses.shape == (4, 4, 32)
    torch.testing.assert_close(
        guesses,
        guess_patches(encoder, decoder, signal.masked_fill(hidden, 1e3), mask=mask),
        rtol=0,
        atol=0,
    )


def test_reconstruction_depends_on_the_positions_of_the_visible_patches() -> None:
    signal = torch.ones(1, 2, 60)
    early = torch.tensor([[False] * 3 + [True] * 9])
    assert not torch.allclose(guess(signal, early), guess(signal, early.flip(1)), atol=1e-4)


def test_decoder_keeps_visible_tokens_at_their_positions() -> None:
    _, decoder = networks()
    mask = torch.tensor([[False, True] * 6])
    visible = torch.randn(1, 6, 16)
    with torch.no_grad():
        decoder.blocks = torch.nn.Sequential()
        apart = decoder(visible, mask)
        other = visible.clone()
        other[:, 2] += 1
        differs = (decoder(other, mask) != apart).any(dim=2)[0]
    assert differs.nonzero().flatten().tolist() == [4]


def test_error_of_the_trivial_guess_is_reported() -> None:
    encoder, decoder = networks()
    signal, mask = windows(4), mask_patches(4, 12, ratio=0.5, generator=generator())
    found = mae_losses(encoder, decoder, signal, mask=mask, scales=(1.0, 1.0))
    hidden = cut_patches(signal, patch=5)[mask]
    assert found["mae_if_zero"] == pytest.approx(hidden.square().mean().item())
    assert found["mae"] > 0


def test_errors_are_in_units_of_the_scale_of_a_lead() -> None:
    encoder, decoder = networks()
    mask = mask_patches(4, 12, ratio=0.5, generator=generator())
    signal = windows(4) * torch.tensor([[1.0], [10.0]])
    found = mae_losses(encoder, decoder, signal, mask=mask, scales=(1.0, 10.0))
    hidden = cut_patches(windows(4), patch=5)[mask]
    assert found["mae_if_zero"] == pytest.approx(hidden.square().mean().item())
