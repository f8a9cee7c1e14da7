"""Sizes of the objectives, and the encoders that they support."""

import dataclasses
from typing import get_args

import pytest
import torch
from pretrain_sizes import CONFIG
from small_networks import PUBLISHED

from ecgfuse.models.config import EncoderName
from ecgfuse.models.encoder import build_encoder
from ecgfuse.models.vit import ViTEncoder, vit_size
from ecgfuse.models.wav2vec import Wav2VecEncoder, wav2vec_size
from ecgfuse.pretrain.config import ObjectiveName
from ecgfuse.pretrain.loop import Objective
from ecgfuse.pretrain.mae_moco import MAEMoCo
from ecgfuse.pretrain.objectives import build_objective
from ecgfuse.pretrain.windows import WindowShape

SHAPE = WindowShape(n_leads=3, n_patches=16, patch=8, clip=48, span=4, scales=(1.0,) * 3)
PAIRS: tuple[tuple[EncoderName, ObjectiveName], ...] = (
    ("macnn_se", "mae_moco"),
    ("macnn_se", "mae_nextclip"),
    ("vit", "mae_moco"),
    ("vit", "mae_nextclip"),
    ("wav2vec", "w2v_cmsc_rlm"),
)


def objective(encoder: EncoderName, name: ObjectiveName) -> Objective:
    torch.manual_seed(0)
    model = dataclasses.replace(PUBLISHED, encoder=encoder)
    network = build_encoder(model, size="small", n_rows=3, length=128)
    config = dataclasses.replace(CONFIG, objective=name)
    return build_objective(network, config=config, shape=SHAPE, n_windows=100)


def n_parameters(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(("encoder", "name"), PAIRS)
def test_every_weight_of_a_small_encoder_has_a_gradient(
    encoder: EncoderName, name: ObjectiveName
) -> None:
    network, source = objective(encoder, name), torch.Generator().manual_seed(1)
    beats = torch.randn(4, 3, 256 if name == "w2v_cmsc_rlm" else 128)
    losses = network.losses(beats, recordings=torch.arange(4), generator=source)
    losses["loss"].backward()
    assert all(weight.grad is not None for weight in network.encoder.parameters())
    assert n_parameters(network.encoder) < 700_000


@pytest.mark.parametrize("encoder", get_args(EncoderName))
@pytest.mark.parametrize("name", ["mae_moco", "mae_nextclip", "w2v_cmsc_rlm"])
def test_unsupported_pair_of_encoder_and_objective_is_refused_with_a_cure(
    encoder: EncoderName, name: ObjectiveName
) -> None:
    if (encoder, name) not in PAIRS:
        with pytest.raises(ValueError, match=rf"objective is '{name}'.*set .*model\.encoder"):
            objective(encoder, name)


def test_paper_sizes_are_the_published_ones() -> None:
    with torch.device("meta"):
        vit = ViTEncoder(vit_size("paper", n_leads=12, n_patches=144, patch=25))
    assert vit.positions.shape == (1, 145, 512)
    assert len(vit.blocks) == 6
    assert (vit.size.n_heads, vit.size.mlp_ratio) == (16, 2)
    config = dataclasses.replace(CONFIG, size="paper", objective="w2v_cmsc_rlm")
    shape = WindowShape(n_leads=12, n_patches=100, patch=25, clip=200, span=10, scales=(1.0,) * 12)
    with torch.device("meta"):
        encoder = Wav2VecEncoder(wav2vec_size("paper", n_leads=12, n_convs=4))
        network = build_objective(encoder, config=config, shape=shape, n_windows=100)
    assert n_parameters(network) == 90_883_072


@pytest.mark.parametrize(("n_windows", "length"), [(325, 162), (10_000, 1024), (1, 1)])
def test_small_queue_is_shorter_than_an_epoch(n_windows: int, length: int) -> None:
    network = build_objective(
        ViTEncoder(vit_size("small", n_leads=3, n_patches=16, patch=8)),
        config=dataclasses.replace(CONFIG, objective="mae_moco"),
        shape=SHAPE,
        n_windows=n_windows,
    )
    assert isinstance(network, MAEMoCo)
    assert len(network.queue.keys) == length
