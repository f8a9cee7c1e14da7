"""Local and global contrastive losses against values computed by hand."""

import math

import pytest
import torch
from pretrain_sizes import generator

from ecgfuse.pretrain.contrast import draw_distractors, global_contrast, local_contrast
from ecgfuse.pretrain.moco import info_nce


def test_distractors_are_uniform_over_the_other_masked_tokens_of_the_window() -> None:
    drawn = draw_distractors(3, 5, n_distractors=4000, generator=generator())
    assert drawn.shape == (3, 5, 4000)
    for token in range(5):
        share = torch.bincount(drawn[:, token].flatten(), minlength=5) / 12_000
        assert share[token] == 0
        others = share[torch.arange(5) != token]
        torch.testing.assert_close(others, torch.full((4,), 0.25), atol=0.02, rtol=0)


def test_single_masked_token_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than two masked tokens"):
        draw_distractors(3, 1, n_distractors=5, generator=generator())


def test_local_loss_equals_the_value_by_hand() -> None:
    context = torch.tensor([[[2.0, 0.0], [0.0, 3.0]]])
    targets = torch.tensor([[[1.0, 1.0], [0.0, 5.0]]])
    distractors = torch.tensor([[[1, 1], [0, 0]]])
    # Cosines: of the first token 0.7071 with its own and 0 with the other; of the second 1, 0.7071.
    half = 0.5**0.5
    first = -half / 0.1 + math.log(math.exp(half / 0.1) + 2)
    second = -10 + math.log(math.exp(10) + 2 * math.exp(half / 0.1))
    found = local_contrast(context, targets, distractors=distractors, temperature=0.1)
    assert found.loss == pytest.approx((first + second) / 2, rel=1e-5)
    assert found.by_chance == pytest.approx(math.log(3))


def test_distractor_equal_to_the_target_does_not_count() -> None:
    context = torch.tensor([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]])
    targets = torch.tensor([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]])
    distractors = torch.tensor([[[1, 2], [0, 2], [0, 1]]])
    # The first two tokens have the same target, so only the third one is a negative for them.
    by_hand = [math.log1p(math.exp(-10)), math.log1p(math.exp(10)), math.log(3)]
    found = local_contrast(context, targets, distractors=distractors, temperature=0.1)
    assert found.loss.item() == pytest.approx(sum(by_hand) / 3, rel=1e-5)
    assert found.by_chance == pytest.approx((2 * math.log(2) + math.log(3)) / 3)


def test_losses_are_computed_in_fp32_under_bf16_autocast() -> None:
    torch.manual_seed(0)
    context, targets = torch.randn(2, 3, 6, 8)
    distractors = draw_distractors(3, 6, n_distractors=4, generator=generator())

    def losses() -> list[torch.Tensor]:
        return [
            local_contrast(context, targets, distractors=distractors, temperature=0.1).loss,
            global_contrast(
                context[:, 0], targets[:, 0], recordings=torch.arange(3), temperature=0.1
            ),
            info_nce(
                context[:, 0],
                targets[:, 0],
                negatives=targets[:, 1],
                same=torch.eye(3, dtype=torch.bool),
                temperature=0.2,
            ),
        ]

    with torch.autocast("cpu", torch.bfloat16):
        in_bf16 = losses()
    assert in_bf16 == losses()


def test_global_loss_equals_the_value_by_hand() -> None:
    first = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    second = torch.tensor([[3.0, 4.0], [0.0, 1.0]])
    # Cosines [[0.6, 0], [0.8, 1]], over 0.1: [[6, 0], [8, 10]].
    rows = (math.log1p(math.exp(-6)) + math.log1p(math.exp(-2))) / 2
    columns = (math.log1p(math.exp(2)) + math.log1p(math.exp(-10))) / 2
    found = global_contrast(first, second, recordings=torch.tensor([4, 7]), temperature=0.1)
    assert found == pytest.approx((rows + columns) / 2, rel=1e-5)


def test_segments_of_one_recording_are_not_negatives_of_each_other() -> None:
    alike = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    apart = global_contrast(alike, alike, recordings=torch.tensor([0, 1, 2]), temperature=0.1)
    together = global_contrast(alike, alike, recordings=torch.tensor([0, 0, 2]), temperature=0.1)
    # Of two equal segments, the second would be an indistinguishable negative.
    assert apart == pytest.approx(2 / 3 * math.log(2), abs=1e-3)
    assert together == pytest.approx(4 / 5 * math.log(2), abs=1e-3)


def test_only_pairs_of_the_same_recording_are_positives() -> None:
    recordings = torch.tensor([0, 1, 2, 3])
    matched = torch.eye(4)
    swapped = matched[[1, 0, 3, 2]]
    good = global_contrast(matched, matched, recordings=recordings, temperature=0.1)
    bad = global_contrast(matched, swapped, recordings=recordings, temperature=0.1)
    assert good < 0.01
    assert bad > 9
