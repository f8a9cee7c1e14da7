"""Properties common to all fusion blocks."""

from typing import get_args

import pytest
import torch
from small_networks import BLOCKS_WITHOUT_ATTENTION, block_with
from torch import Tensor

from ecgfuse.models.blocks import FusionBlock, fusion_block
from ecgfuse.models.concat import ConcatFusion
from ecgfuse.models.config import Block
from ecgfuse.models.film import FiLMFusion
from ecgfuse.models.gated_concat import GatedConcatFusion
from ecgfuse.models.mhca import MHCAFusion

BLOCKS: tuple[Block, ...] = get_args(Block)
N_FEATURES, TOKEN_DIM, EMB_DIM, N_TOKENS = 7, 12, 8, 6


def block_named(block: Block, *, dropout: float = 0.0) -> FusionBlock:
    torch.manual_seed(0)
    config = block_with(block=block, emb_dim=EMB_DIM, dropout=dropout)
    return fusion_block(config, n_features=N_FEATURES, token_dim=TOKEN_DIM)


def tokens_and_features(n_beats: int = 5) -> tuple[Tensor, Tensor]:
    """Non-negative tokens, like those of the backbone, and standardised features."""
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randn(n_beats, N_TOKENS, TOKEN_DIM, generator=generator).relu()
    return tokens, torch.randn(n_beats, N_FEATURES, generator=generator)


@pytest.mark.parametrize(
    ("block", "kind", "out_dim"),
    [
        ("mhca", MHCAFusion, 2 * EMB_DIM),
        ("concat", ConcatFusion, TOKEN_DIM + EMB_DIM),
        ("gated_concat", GatedConcatFusion, EMB_DIM),
        ("film", FiLMFusion, TOKEN_DIM),
    ],
)
def test_each_block_returns_a_feature_of_its_width(block: Block, kind: type, out_dim: int) -> None:
    module = block_named(block)
    assert type(module) is kind
    assert module.out_dim == out_dim
    feature, _ = module(*tokens_and_features())
    assert feature.shape == (5, out_dim)


@pytest.mark.parametrize("block", BLOCKS)
def test_every_feature_and_every_token_has_a_gradient(block: Block) -> None:
    tokens, features = (part.requires_grad_() for part in tokens_and_features())
    block_named(block)(tokens, features)[0].square().sum().backward()
    assert features.grad is not None
    assert tokens.grad is not None
    assert (features.grad.abs().sum(dim=0) > 0).all()
    assert (tokens.grad.abs().sum(dim=(0, 2)) > 0).all()


@pytest.mark.parametrize("block", BLOCKS)
def test_every_weight_has_a_gradient(block: Block) -> None:
    module = block_named(block)
    module(*tokens_and_features())[0].square().sum().backward()
    for name, weight in module.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.any(), name


@pytest.mark.parametrize("block", BLOCKS)
def test_a_beat_does_not_depend_on_the_others_of_its_batch(block: Block) -> None:
    tokens, features = tokens_and_features()
    module = block_named(block)
    torch.testing.assert_close(
        module(tokens, features)[0][2:3], module(tokens[2:3], features[2:3])[0]
    )


@pytest.mark.parametrize("block", BLOCKS_WITHOUT_ATTENTION)
def test_order_of_the_tokens_does_not_matter_without_attention(block: Block) -> None:
    tokens, features = tokens_and_features()
    module = block_named(block)
    torch.testing.assert_close(module(tokens, features)[0], module(tokens.flip(1), features)[0])


@pytest.mark.parametrize("block", BLOCKS)
def test_dropout_acts_only_in_training(block: Block) -> None:
    module, (tokens, features) = block_named(block, dropout=0.5), tokens_and_features()
    assert not torch.equal(module(tokens, features)[0], module(tokens, features)[0])
    module.eval()
    assert torch.equal(module(tokens, features)[0], module(tokens, features)[0])
