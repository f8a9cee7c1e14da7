"""Masks: number of masked elements, randomness, and reproducibility."""

import pytest
import torch

from ecgfuse.pretrain.masking import mask_leads, mask_patches, mask_spans, visible_tokens


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize(
    ("ratio", "n_patches", "hidden"), [(0.75, 144, 108), (0.5, 7, 4), (0.01, 10, 1), (0.99, 10, 9)]
)
def test_every_window_has_the_same_number_of_masked_patches(
    ratio: float, n_patches: int, hidden: int
) -> None:
    mask = mask_patches(50, n_patches, ratio=ratio, generator=generator())
    assert (mask.sum(dim=1) == hidden).all()


def test_patches_are_masked_equally_often() -> None:
    mask = mask_patches(20_000, 12, ratio=0.75, generator=generator())
    torch.testing.assert_close(mask.float().mean(dim=0), torch.full((12,), 0.75), atol=0.02, rtol=0)


def test_windows_are_masked_independently_of_each_other() -> None:
    mask = mask_patches(20_000, 12, ratio=0.5, generator=generator()).float()
    both = (mask[0::2, 0] * mask[1::2, 0]).mean()
    assert both == pytest.approx(0.25, abs=0.02)


def test_visible_tokens_keep_their_order_and_their_window() -> None:
    tokens = torch.arange(24.0).view(2, 6, 2)
    mask = torch.tensor([[1, 0, 1, 0, 1, 1], [0, 1, 1, 1, 1, 0]], dtype=torch.bool)
    visible = visible_tokens(tokens, mask)
    assert visible.tolist() == [[[2, 3], [6, 7]], [[12, 13], [22, 23]]]


def test_spans_mask_the_same_number_of_tokens_in_every_window() -> None:
    mask = mask_spans(64, 156, probability=0.65, span=10, generator=generator())
    assert len(mask.sum(dim=1).unique()) == 1
    # 10 or 11 overlapping spans mask about half; all windows are reduced to the least masked one.
    assert 0.3 < mask.float().mean() < 0.5


def test_single_window_is_masked_in_spans_of_ten() -> None:
    for seed in range(50):
        mask = mask_spans(1, 156, probability=0.65, span=10, generator=generator(seed))[0]
        edges = torch.diff(mask.int(), prepend=torch.zeros(1).int(), append=torch.zeros(1).int())
        lengths = (edges == -1).nonzero() - (edges == 1).nonzero()
        assert lengths.min() >= 10
        assert mask.sum() <= 110


def test_masked_share_of_a_single_window_matches_the_published_code() -> None:
    share = [
        mask_spans(1, 156, probability=0.65, span=10, generator=generator(seed)).float().mean()
        for seed in range(400)
    ]
    assert torch.stack(share).mean() == pytest.approx(0.496, abs=0.01)


def test_span_as_long_as_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="span is 10, but must lie between 1 and the 10 tokens"):
        mask_spans(2, 10, probability=0.65, span=10, generator=generator())


def test_leads_are_masked_independently_of_each_other_and_between_windows() -> None:
    mask = mask_leads(40_000, 12, probability=0.5, generator=generator()).float()
    torch.testing.assert_close(mask.mean(dim=0), torch.full((12,), 0.5), atol=0.02, rtol=0)
    together = torch.corrcoef(mask.T)
    torch.testing.assert_close(together, torch.eye(12), atol=0.03, rtol=0)
    neighbours = torch.corrcoef(torch.stack([mask[0::2, 0], mask[1::2, 0]]))
    assert abs(neighbours[0, 1]) < 0.03
    assert mask.all(dim=1).float().mean() == pytest.approx(0.5**12, abs=5e-4)


def test_no_lead_is_masked_without_lead_masking() -> None:
    assert not mask_leads(100, 12, probability=0.0, generator=generator()).any()


def test_equal_generators_give_equal_masks() -> None:
    def masks(seed: int) -> list[torch.Tensor]:
        source = generator(seed)
        return [
            mask_patches(8, 20, ratio=0.5, generator=source),
            mask_spans(8, 60, probability=0.65, span=10, generator=source),
            mask_leads(8, 12, probability=0.5, generator=source),
        ]

    for first, again, other in zip(masks(1), masks(1), masks(2), strict=True):
        assert torch.equal(first, again)
        assert not torch.equal(first, other)
