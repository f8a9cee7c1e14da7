"""Nextclip: the clip is hidden from the encoder and decoded from [CLS] alone."""

import pytest
import torch
from pretrain_sizes import DECODER, SHAPE, VIT, generator, windows

from ecgfuse.models.vit import ViTEncoder
from ecgfuse.pretrain.nextclip import ClipDecoder, cut_clips, draw_starts, hide_future


def test_signal_is_zero_from_the_start_of_the_clip_and_unchanged_before() -> None:
    signal = 1 + torch.rand(3, 2, 20)
    starts = torch.tensor([5, 10, 14])
    hidden = hide_future(signal, starts)
    for row, start in enumerate(starts.tolist()):
        assert torch.equal(hidden[row, :, :start], signal[row, :, :start])
        assert (hidden[row, :, start:] == 0).all()


def test_cls_does_not_depend_on_the_clip() -> None:
    torch.manual_seed(0)
    encoder, starts = ViTEncoder(VIT), draw_starts(8, n_samples=60, clip=12, generator=generator())
    signal = windows().requires_grad_()
    encoder(hide_future(signal, starts))[:, 0, 0].sum().backward()
    assert signal.grad is not None
    for row, start in enumerate(starts.tolist()):
        assert (signal.grad[row, :, start:] == 0).all()
        assert (signal.grad[row, :, :start] != 0).any()


def test_clips_are_the_samples_from_each_start() -> None:
    signal = torch.arange(40.0).view(2, 1, 20)
    assert cut_clips(signal, torch.tensor([3, 16]), clip=4).tolist() == [
        [[3, 4, 5, 6]],
        [[36, 37, 38, 39]],
    ]


def test_starts_leave_one_clip_before_and_one_after() -> None:
    starts = draw_starts(5000, n_samples=60, clip=12, generator=generator())
    assert starts.min() == 12
    assert starts.max() == 48
    assert len(starts.unique()) == 37


def test_window_too_short_for_two_clips_is_refused() -> None:
    with pytest.raises(ValueError, match="60 samples, but must hold two clips of 31"):
        draw_starts(1, n_samples=60, clip=31, generator=generator())


def test_clip_depends_on_its_own_cls_only() -> None:
    torch.manual_seed(0)
    decoder = ClipDecoder(DECODER, in_width=16, shape=SHAPE)
    cls = torch.randn(3, 16, requires_grad=True)
    clips = decoder(cls)
    assert clips.shape == (3, 2, 12)
    clips[1].sum().backward()
    assert cls.grad is not None
    assert (cls.grad.abs().sum(dim=1) > 0).tolist() == [False, True, False]
