"""What the fusion blocks share equals its arithmetic by hand."""

import math

import torch

from ecgfuse.models.embedding import mean_token, rr_embedding


def test_mean_token_is_the_mean_over_time() -> None:
    tokens = torch.tensor([[[1.0, 10.0], [2.0, 20.0], [6.0, 0.0]]])
    assert mean_token(tokens).tolist() == [[3.0, 10.0]]


def test_embedding_is_linear_then_standardised_then_gelu() -> None:
    embed = rr_embedding(1, emb_dim=2)
    embed[0].weight.data = torch.tensor([[1.0], [3.0]])
    embed[0].bias.data.zero_()
    # 5 -> (5, 15) -> (-1, 1) -> x * Phi(x), with the normal distribution function Phi
    phi = (1 + math.erf(1 / math.sqrt(2))) / 2
    expected = torch.tensor([[-(1 - phi), phi]])
    torch.testing.assert_close(embed(torch.tensor([[5.0]])), expected, rtol=0, atol=1e-5)
