"""Every backbone turns the rows of a beat into tokens of its width."""

import dataclasses
from typing import get_args

import pytest
import torch
from small_networks import PUBLISHED

from ecgfuse.models.config import EncoderName
from ecgfuse.models.encoder import Encoder, build_encoder, summary

N_TOKENS = {"macnn_se": 64, "vit": 17, "wav2vec": 16}


def encoder_of(name: EncoderName, *, length: int = 128) -> Encoder:
    torch.manual_seed(0)
    model = dataclasses.replace(PUBLISHED, encoder=name)
    return build_encoder(model, size="small", n_rows=3, length=length).eval()


@pytest.mark.parametrize("name", get_args(EncoderName))
def test_a_beat_becomes_tokens(name: EncoderName) -> None:
    encoder = encoder_of(name)
    assert encoder(torch.randn(2, 3, 128)).shape == (2, N_TOKENS[name], encoder.out_channels)


@pytest.mark.parametrize("name", get_args(EncoderName))
def test_the_summary_is_cls_for_a_vit_and_else_the_mean_token(name: EncoderName) -> None:
    encoder, rows = encoder_of(name), torch.randn(2, 3, 128)
    tokens = encoder(rows)
    expected = tokens[:, 0] if name == "vit" else tokens.mean(dim=1)
    torch.testing.assert_close(summary(encoder, rows), expected)


def test_a_length_that_is_not_a_multiple_of_the_patches_is_refused() -> None:
    with pytest.raises(ValueError, match=r"preprocess\.length is 100, .* a multiple of 16"):
        encoder_of("vit", length=100)
