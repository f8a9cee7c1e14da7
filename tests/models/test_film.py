"""RR scales and shifts the channels, and initially changes them little."""

import pytest
import torch
from torch import Tensor, nn

from ecgfuse.models.film import FiLMFusion

TOKENS = torch.tensor([[[1.0, 2.0], [3.0, 6.0]]])
"""One beat of two tokens with two channels, mean (2, 4)."""


def tiny_block(*, delta: tuple[float, float], beta: tuple[float, float]) -> FiLMFusion:
    """A block whose delta and beta are these values times the single RR feature."""
    block = FiLMFusion(1, token_dim=2, emb_dim=1)
    block.embed = nn.Sequential(nn.Identity())
    block.modulate.weight.data = torch.tensor([*delta, *beta])[:, None]
    return block


@pytest.mark.parametrize(
    ("rr", "expected"),
    [
        # gamma (1, 1), beta (0, 0)
        (0.0, [2.0, 4.0]),
        # gamma (3, 0), beta (-4, 1): channel 1 is relu(-1, 5), channel 2 is 1, 1
        (1.0, [2.5, 1.0]),
        # gamma (-1, 2), beta (4, -1): channel 1 is 3, 1, channel 2 is 3, 11
        (-1.0, [2.0, 7.0]),
    ],
)
def test_modulation_equals_its_equation_by_hand(rr: float, expected: list[float]) -> None:
    feature, attention = tiny_block(delta=(2.0, -1.0), beta=(-4.0, 1.0))(
        TOKENS, torch.tensor([[rr]])
    )
    assert feature.tolist() == [expected]
    assert attention is None


def study_size() -> tuple[FiLMFusion, Tensor, Tensor]:
    """A fresh block of the default size, tokens like those of the backbone, RR within +-5."""
    torch.manual_seed(0)
    block = FiLMFusion(7, token_dim=256, emb_dim=64)
    return block, torch.rand(50, 16, 256), 5 * (2 * torch.rand(50, 7) - 1)


def test_initially_tokens_pass_nearly_unchanged() -> None:
    block, tokens, rr = study_size()
    delta, beta = block.modulate(block.embed(rr)).chunk(2, dim=1)
    assert delta.std() < 0.1
    assert beta.std() < 0.1
    moved = block(tokens, rr)[0] - tokens.mean(dim=1)
    assert 0 < moved.abs().mean() < 0.1


def test_with_zero_modulation_the_block_is_the_mean_over_the_tokens() -> None:
    block, tokens, rr = study_size()
    nn.init.zeros_(block.modulate.weight)
    torch.testing.assert_close(block(tokens, rr)[0], tokens.mean(dim=1))


def test_modulation_acts_on_the_tokens_and_not_on_their_mean() -> None:
    block, tokens, rr = study_size()
    nn.init.normal_(block.modulate.weight)
    mean = tokens.mean(dim=1, keepdim=True)
    assert (block(tokens, rr)[0] - block(mean, rr)[0]).abs().max() > 0.1
