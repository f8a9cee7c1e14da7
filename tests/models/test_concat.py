"""Concatenation keeps ECG and RR in separate parts of the feature."""

import torch
from torch import nn

from ecgfuse.models.concat import ConcatFusion


def test_feature_is_the_mean_token_then_the_embedded_rr() -> None:
    block = ConcatFusion(1, token_dim=2, emb_dim=3)
    block.embed = nn.Sequential(nn.Linear(1, 3, bias=False))
    block.embed[0].weight.data = torch.tensor([[1.0], [10.0], [-1.0]])
    tokens = torch.tensor([[[1.0, 4.0], [3.0, 0.0]]])
    feature, attention = block(tokens, torch.tensor([[0.5]]))
    assert feature.tolist() == [[2.0, 2.0, 0.5, 5.0, -0.5]]
    assert attention is None


def test_rr_does_not_change_the_ecg_part_and_vice_versa() -> None:
    torch.manual_seed(0)
    block = ConcatFusion(7, token_dim=4, emb_dim=8)
    tokens, rr = torch.randn(3, 5, 4), torch.randn(3, 7)
    feature, other_rr, other_tokens = (
        block(*pair)[0] for pair in ((tokens, rr), (tokens, -rr), (-tokens, rr))
    )
    assert torch.equal(feature[:, :4], other_rr[:, :4])
    assert (feature[:, 4:] != other_rr[:, 4:]).all()
    assert torch.equal(feature[:, 4:], other_tokens[:, 4:])
