"""Momentum contrast against values computed by hand."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from ecgfuse.pretrain.moco import ProjectionHead, Queue, follow, info_nce, momentum_copy

NONE = torch.tensor(False)


def test_loss_equals_the_value_by_hand() -> None:
    query = torch.tensor([[1.0, 0.0]])
    key = torch.tensor([[0.6, 0.8]])
    negatives = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    # similarities 0.6; 0 and -1; over 0.2: 3; 0 and -5
    expected = -3 + math.log(math.exp(3) + 1 + math.exp(-5))
    found = info_nce(query, key, negatives=negatives, same=NONE, temperature=0.2)
    assert found == pytest.approx(expected, abs=1e-6)


def test_excluded_negatives_do_not_affect_the_loss() -> None:
    query, key = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.6, 0.8]])
    negatives = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    same = torch.tensor([[True, False]])
    found = info_nce(query, key, negatives=negatives, same=same, temperature=0.2)
    assert found == pytest.approx(-3 + math.log(math.exp(3) + math.exp(-5)), abs=1e-6)


def test_the_loss_is_the_mean_over_the_batch() -> None:
    one, other, negatives = (F.normalize(torch.randn(n, 3), dim=1) for n in (4, 4, 5))
    alone = [
        info_nce(one[[i]], other[[i]], negatives=negatives, same=NONE, temperature=0.2)
        for i in range(4)
    ]
    together = info_nce(one, other, negatives=negatives, same=NONE, temperature=0.2)
    torch.testing.assert_close(together, torch.stack(alone).mean())


def test_momentum_encoder_moves_by_one_percent_of_the_difference() -> None:
    online, slow = nn.Linear(1, 1), nn.Linear(1, 1)
    with torch.no_grad():
        online.weight.fill_(3.0)
        slow.weight.fill_(1.0)
    follow(slow, online, rate=0.99)
    assert slow.weight.item() == pytest.approx(0.99 * 1 + 0.01 * 3)
    follow(slow, online, rate=0.99)
    assert slow.weight.item() == pytest.approx(0.99 * 1.02 + 0.01 * 3)
    assert online.weight.item() == 3.0


def test_momentum_copy_is_equal_and_has_no_gradient() -> None:
    online = nn.Linear(3, 2)
    slow = momentum_copy(online)
    assert torch.equal(slow.weight, online.weight)
    assert slow.weight is not online.weight
    assert not any(parameter.requires_grad for parameter in slow.parameters())


def push(queue: Queue, keys: list[list[float]]) -> None:
    """Push keys whose recording index is ten times their value."""
    tensor = torch.tensor(keys)
    queue.push(tensor, recordings=(10 * tensor[:, 0]).long())


def test_queue_replaces_the_oldest_keys_first_and_wraps_around() -> None:
    queue = Queue(5, width=1)
    push(queue, [[1.0], [2.0]])
    assert queue.keys[:2, 0].tolist() == [1, 2]
    push(queue, [[3.0], [4.0]])
    push(queue, [[5.0], [6.0]])
    assert queue.keys[:, 0].tolist() == [6, 2, 3, 4, 5]
    assert queue.next == 1
    push(queue, [[7.0]])
    assert queue.keys[:, 0].tolist() == [6, 7, 3, 4, 5]
    assert queue.recordings.tolist() == [60, 70, 30, 40, 50]


def test_last_keys_of_a_batch_longer_than_the_queue_are_kept() -> None:
    queue = Queue(3, width=1)
    push(queue, [[0.0], [1.0], [2.0], [3.0], [4.0]])
    assert sorted(queue.keys[:, 0].tolist()) == [2, 3, 4]
    push(queue, [[9.0]])
    assert sorted(queue.keys[:, 0].tolist()) == [3, 4, 9]


def test_queue_starts_with_unit_vectors_and_is_in_the_state_dict() -> None:
    queue = Queue(7, width=4)
    torch.testing.assert_close(queue.keys.norm(dim=1), torch.ones(7))
    assert set(queue.state_dict()) == {"keys", "recordings", "next"}


def test_head_has_three_blocks_and_128_outputs() -> None:
    head = ProjectionHead(512, width=128)
    kinds = [type(layer).__name__ for layer in head]
    assert kinds == ["Linear", "BatchNorm1d", "ReLU"] * 3
    assert head(torch.randn(4, 512)).shape == (4, 128)
